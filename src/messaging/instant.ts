import { IncorrectUsageError } from '../errors.ts'

const INSTANT = /^(?:\d{4}|[+-]\d{6})-\d{2}-(\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|([+-])(\d{2}):(\d{2}))$/
const MS_PER_MINUTE = 60_000

/** ISO 8601 in UTC, with milliseconds: `2026-11-21T22:25:43.951Z`. Fails with `IncorrectUsageError` (`INVALID_DATE`) on an invalid date. */
export function formatInstant(date: Date): string {
  if (Number.isNaN(date.getTime()))
    throw new IncorrectUsageError('An invalid Date has no text. Check where it was made.', { code: 'INVALID_DATE' })
  return date.toISOString()
}

/**
 * Reads ISO 8601 with seconds and an offset (`Z` or `+05:30`), to the millisecond; further digits are cut off. Undefined for anything else:
 * a text without an offset, a day that does not exist.
 */
export function parseInstant(text: string): Date | undefined {
  const upper = text.toUpperCase()
  const match = INSTANT.exec(upper)
  if (match === null) return undefined
  const date = new Date(upper)
  const offsetMinutes = match[2] === undefined ? 0 : (match[2] === '-' ? -1 : 1) * (Number(match[3]) * 60 + Number(match[4]))
  // The engine rolls the 30th of February over into March instead of refusing it.
  const local = new Date(date.getTime() + offsetMinutes * MS_PER_MINUTE)
  return local.getUTCDate() === Number(match[1]) ? date : undefined
}
