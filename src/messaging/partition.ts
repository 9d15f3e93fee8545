import { createHash } from 'node:crypto'
import { idOf } from './stream-name.ts'

/** One of so many parts into which readers divide a log: every stream belongs to exactly one, whole and for ever. */
export interface Partition {
  /** From 0 to below `count`. */
  readonly index: number
  readonly count: number
}

/**
 * The partition of a stream, counted from 0: by the first 64 bits of the MD5 of its cardinal id, as Message DB divides a category among the members of
 * a consumer group. Every store divides alike, so that who moves from one to another keeps its parts.
 */
export function partitionOf(stream: string, count: number): number {
  if (count === 1) return 0
  const bits = createHash('md5').update(cardinalId(stream)).digest().readBigInt64BE()
  return Number((bits < 0n ? -bits : bits) % BigInt(count))
}

/** The id of a stream up to its first `+`: streams that share it are read together. Empty where a stream has no id. */
function cardinalId(stream: string): string {
  return (idOf(stream) ?? '').split('+', 1)[0] ?? ''
}
