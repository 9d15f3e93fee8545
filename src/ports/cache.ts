import type { JsonValue } from '../util/json.ts'

/** Key-value store with expiry, best effort: a value may vanish at any time. Patterns are globs (`*`, `?`, `[…]`). */
export interface Cache {
  readonly name: string
  readonly provider: string
  open(): Promise<void>
  close(): Promise<void>
  isAlive(): Promise<boolean>
  get(key: string): Promise<JsonValue | undefined>
  /** Expires after `ttlMs` milliseconds, a positive finite number; never, when left out. */
  set(key: string, value: JsonValue, ttlMs?: number): Promise<void>
  /** Returns whether it was there. */
  delete(key: string): Promise<boolean>
  /** Matching keys by code point. */
  keys(pattern: string): Promise<readonly string[]>
  count(pattern: string): Promise<number>
  deleteMatching(pattern: string): Promise<number>
  /** Milliseconds left; undefined when absent, Infinity when it never expires. */
  ttl(key: string): Promise<number | undefined>
  resetData(): Promise<void>
}
