import { isStorableText } from '../../ports/storable.ts'
import type { Statement } from './statement.ts'

/** Whether it asks for what no message can have, and what a server would not even read. */
export function isInVain({ values }: Statement): boolean {
  return values.some((value) => typeof value === 'string' && !isStorableText(value))
}

/** Undefined for all. */
export function rowLimit(limit: number): number | undefined {
  return Number.isFinite(limit) ? Math.max(Math.trunc(limit), 0) : undefined
}
