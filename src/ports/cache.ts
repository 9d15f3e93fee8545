import type { JsonValue } from '../util/json.ts'

/**
 * Key-value store with expiry, best effort: a value may vanish at any time. Patterns are globs, whole keys matched, as `globExpression` says.
 * Values come back as they were set; changing one changes nothing stored. Fails with `DatabaseError` when the server does, and (`NOT_OPEN`) before `open`
 * and after `close`, all but those two and `isAlive`. Opening and closing may be repeated.
 */
export interface Cache {
  readonly name: string
  readonly provider: string
  open(): Promise<void>
  close(): Promise<void>
  /** Whether the server answers. Never throws. */
  isAlive(): Promise<boolean>
  /** Undefined when absent or expired; a value is gone the moment its time is up. */
  get(key: string): Promise<JsonValue | undefined>
  /**
   * Expires after `ttlMs` milliseconds; when left out, after the time that the cache was configured with, or never. Replaces value and expiry.
   * Anything but a positive finite number is refused with `IncorrectUsageError` (`INVALID_TTL`), and the old value stays.
   */
  set(key: string, value: JsonValue, ttlMs?: number): Promise<void>
  /** Sets it where nothing is, and returns whether it did: of many at once, one. Expiry as for `set`. */
  add(key: string, value: JsonValue, ttlMs?: number): Promise<boolean>
  /** Returns whether it was there. */
  delete(key: string): Promise<boolean>
  /** Deletes it while it has this value, both in one step, and returns whether it did. Values are the same when their JSON text is. */
  deleteIf(key: string, value: JsonValue): Promise<boolean>
  /** Matching keys by code point. */
  keys(pattern: string): Promise<readonly string[]>
  count(pattern: string): Promise<number>
  deleteMatching(pattern: string): Promise<number>
  /** Milliseconds left, more than 0; undefined when absent, Infinity when it never expires. */
  ttl(key: string): Promise<number | undefined>
  resetData(): Promise<void>
}
