import assert from 'node:assert/strict'
import type { Message } from '../../messaging/message.ts'
import type { StreamAppend } from '../../ports/change-set.ts'

/** A message as it was seen: where it stood, and which it was. */
export interface RecordedMessage {
  readonly stream: string
  readonly position: number
  readonly id: string
}

export interface LogHistory {
  /** All messages that were committed, in any order. */
  readonly appended: readonly RecordedMessage[]
  /** What one reader that followed the cursors to the end was given, in that order. */
  readonly read: readonly RecordedMessage[]
}

/**
 * - `gap`: the positions of a stream are not 0, 1, 2, … each once
 * - `skip`: committed, but never read
 * - `unknown`: read, but never committed there
 * - `duplicate`: read more than once
 * - `out-of-order`: read after a message that stands later in the same stream
 */
export interface LogViolation extends RecordedMessage {
  readonly kind: 'gap' | 'skip' | 'unknown' | 'duplicate' | 'out-of-order'
}

/** Checks a recorded history against guarantee G3, for tests and simulations. No violation means that it holds. */
export function checkLog({ appended, read }: LogHistory): readonly LogViolation[] {
  const violations: LogViolation[] = []
  const report = (kind: LogViolation['kind'], { stream, position, id }: RecordedMessage) => violations.push({ kind, stream, position, id })

  const next = new Map<string, number>()
  for (const message of [...appended].sort((left, right) => left.position - right.position)) {
    const expected = next.get(message.stream) ?? 0
    if (message.position !== expected) report('gap', message)
    next.set(message.stream, message.position + 1)
  }

  const committed = new Map(appended.map((message) => [message.id, message]))
  const seen = new Set<string>()
  const furthest = new Map<string, number>()
  for (const message of read) {
    const original = committed.get(message.id)
    if (original?.stream !== message.stream || original.position !== message.position) report('unknown', message)
    if (seen.has(message.id)) report('duplicate', message)
    else if (message.position < (furthest.get(message.stream) ?? -1)) report('out-of-order', message)
    seen.add(message.id)
    furthest.set(message.stream, Math.max(message.position, furthest.get(message.stream) ?? -1))
  }
  for (const message of appended) if (!seen.has(message.id)) report('skip', message)
  return violations
}

/** A stored message for the record. */
export function recorded(message: Message): RecordedMessage {
  assert.ok(message.stored, `message ${message.id} of ${message.stream} came out of the store without its position`)
  return { stream: message.stream, position: message.stored.position, id: message.id }
}

/** The messages of an append for the record, when its last one was given this position. */
export function recordedAppend({ stream, messages }: StreamAppend, last: number | undefined): RecordedMessage[] {
  assert.ok(last !== undefined, `the receipt has no position for stream ${stream}, which was appended to`)
  return messages.map(({ id }, at) => ({ stream, position: last - messages.length + 1 + at, id }))
}

/** Asserts that there is no violation. */
export function assertLog(history: LogHistory): void {
  const violations = checkLog(history).map(({ kind, stream, position }) => `${kind}: ${stream} at ${position}`)
  assert.deepEqual(violations, [])
}
