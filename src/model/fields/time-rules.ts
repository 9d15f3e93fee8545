import type { Issue } from '../../errors.ts'
import { ImmutableDate } from '../../util/immutable-date.ts'
import type { ValueRule } from '../field-spec.ts'
import { refuse } from './text-rules.ts'

export interface TimeLimits {
  readonly min?: string | Date | undefined
  readonly max?: string | Date | undefined
}

const DATE = /^\d{4}-\d{2}-\d{2}$/
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/i
const FIRST = Date.parse('0001-01-01T00:00:00.000Z')
const LAST = Date.parse('9999-12-31T23:59:59.999Z')

/** A calendar day, held as `YYYY-MM-DD` text: it has no time zone that could move it. A `Date` gives its UTC day. */
export function dateRule(limits: TimeLimits): ValueRule {
  const min = limits.min === undefined ? undefined : dayOf(limits.min)
  const max = limits.max === undefined ? undefined : dayOf(limits.max)
  return {
    coerce(input, path, issues) {
      const day = dayOf(input)
      if (day === undefined) return refuse(issues, path, 'TYPE', 'must be a date such as 2026-01-31')
      checkRange(day, min, max, path, issues)
      return day
    },
    toPlain: (value) => value as string,
    fromPlain: (plain) => plain,
  }
}

function dayOf(input: unknown): string | undefined {
  if (input instanceof Date) return isInRange(input) ? input.toISOString().slice(0, 10) : undefined
  if (typeof input !== 'string') return undefined
  if (!DATE.test(input)) return DATE_TIME.test(input) ? dayOf(instantOf(input)) : undefined
  const time = new Date(`${input}T00:00:00Z`)
  // 2026-02-31 would silently become 3 March.
  return isInRange(time) && time.toISOString().slice(0, 10) === input ? input : undefined
}

/** The years 1 to 9999 are those that ISO text of four digits, every database and other languages agree on. */
function isInRange(time: Date): boolean {
  return time.getTime() >= FIRST && time.getTime() <= LAST
}

/**
 * An instant, to the millisecond. Text without an offset is UTC, never the machine's local time; a bare day is its midnight in UTC;
 * a number is milliseconds since 1970. Values are read-only dates.
 */
export function dateTimeRule(limits: TimeLimits): ValueRule {
  const min = limits.min === undefined ? undefined : instantOf(limits.min)
  const max = limits.max === undefined ? undefined : instantOf(limits.max)
  return {
    coerce(input, path, issues) {
      const instant = instantOf(input)
      if (instant === undefined) return refuse(issues, path, 'TYPE', 'must be a date and time such as 2026-01-31T12:00:00Z')
      checkRange(instant, min, max, path, issues)
      return instant
    },
    toPlain: (value) => (value as Date).toISOString(),
    fromPlain: (plain) => ImmutableDate.of(plain as string),
  }
}

function instantOf(input: unknown): ImmutableDate | undefined {
  const value = parseInstant(input)
  return value !== undefined && isInRange(value) ? value : undefined
}

function parseInstant(input: unknown): ImmutableDate | undefined {
  if (input instanceof Date) return ImmutableDate.of(input)
  if (typeof input === 'number') return new ImmutableDate(input)
  if (typeof input !== 'string') return undefined
  if (DATE.test(input)) return dayOf(input) === undefined ? undefined : new ImmutableDate(`${input}T00:00:00Z`)
  const match = DATE_TIME.exec(input)
  if (match === null || dayOf(input.slice(0, 10)) === undefined) return undefined
  return new ImmutableDate(match[3] === undefined ? `${input.replace(' ', 'T')}Z` : input.replace(' ', 'T'))
}

function checkRange<T extends string | Date>(value: T, min: T | undefined, max: T | undefined, path: string, issues: Issue[]): void {
  if (min !== undefined && value < min) refuse(issues, path, 'TOO_SMALL', `must not be before ${text(min)}`)
  if (max !== undefined && value > max) refuse(issues, path, 'TOO_LARGE', `must not be after ${text(max)}`)
}

function text(value: string | Date): string {
  return typeof value === 'string' ? value : value.toISOString()
}

const BOOLEANS = new Map<unknown, boolean>([
  ...['true', 'yes', 'y', 'on', 't', '1', 1].map((input) => [input, true] as const),
  ...['false', 'no', 'n', 'off', 'f', '0', 0].map((input) => [input, false] as const),
])

/** true or false; the usual words and 0 and 1 are taken too. */
export const booleanRule: ValueRule = {
  fast: () => '(v === true || v === false)',
  coerce(input, path, issues) {
    if (typeof input === 'boolean') return input
    const value = BOOLEANS.get(typeof input === 'string' ? input.trim().toLowerCase() : input)
    return value === undefined ? refuse(issues, path, 'TYPE', 'must be true or false') : value
  },
  toPlain: (value) => value as boolean,
  fromPlain: (plain) => plain,
}
