import { IncorrectUsageError } from '../../errors.ts'
import type { Cache } from '../../ports/cache.ts'
import { globExpression } from '../../ports/glob.ts'
import { OpenState } from '../../ports/open-state.ts'
import type { JsonValue } from '../../util/json.ts'
import type { Clock } from '../../util/runtime/clock.ts'
import { frozenJson } from './frozen-json.ts'
import { compareText } from './value-order.ts'

export interface MemoryCacheOptions {
  readonly name: string
  readonly clock: Clock
  /** How long values live, in milliseconds, when `set` does not say; for ever when left out. */
  readonly defaultTtlMs?: number | undefined
}

interface Entry {
  readonly value: JsonValue
  /** Epoch milliseconds, Infinity for never. */
  readonly expiresAt: number
}

/** A cache in this process's memory. Expired values are dropped when somebody comes upon them. What it holds stays while it is closed. */
export class MemoryCache implements Cache {
  readonly name: string
  readonly provider = 'memory'
  readonly #clock: Clock
  readonly #defaultTtlMs: number | undefined
  readonly #state: OpenState
  readonly #entries = new Map<string, Entry>()

  constructor(options: MemoryCacheOptions) {
    this.name = options.name
    this.#clock = options.clock
    this.#state = new OpenState(`cache "${options.name}" (memory)`)
    this.#checkTtl(options.defaultTtlMs)
    this.#defaultTtlMs = options.defaultTtlMs
  }

  async open(): Promise<void> {
    this.#state.open()
  }

  async close(): Promise<void> {
    this.#state.close()
  }

  async isAlive(): Promise<boolean> {
    return this.#state.isOpen
  }

  async get(key: string): Promise<JsonValue | undefined> {
    this.#state.check()
    return this.#live(key)?.value
  }

  async set(key: string, value: JsonValue, ttlMs?: number): Promise<void> {
    this.#state.check()
    this.#put(key, value, ttlMs)
  }

  async add(key: string, value: JsonValue, ttlMs?: number): Promise<boolean> {
    this.#state.check()
    if (this.#live(key) !== undefined) {
      this.#checkTtl(ttlMs)
      return false
    }
    this.#put(key, value, ttlMs)
    return true
  }

  async delete(key: string): Promise<boolean> {
    this.#state.check()
    return this.#live(key) !== undefined && this.#entries.delete(key)
  }

  async deleteIf(key: string, value: JsonValue): Promise<boolean> {
    this.#state.check()
    const entry = this.#live(key)
    return entry !== undefined && JSON.stringify(entry.value) === JSON.stringify(value) && this.#entries.delete(key)
  }

  async keys(pattern: string): Promise<readonly string[]> {
    this.#state.check()
    return this.#matching(pattern).sort(compareText)
  }

  async count(pattern: string): Promise<number> {
    this.#state.check()
    return this.#matching(pattern).length
  }

  async deleteMatching(pattern: string): Promise<number> {
    this.#state.check()
    const keys = this.#matching(pattern)
    for (const key of keys) this.#entries.delete(key)
    return keys.length
  }

  async ttl(key: string): Promise<number | undefined> {
    this.#state.check()
    const entry = this.#live(key)
    return entry === undefined ? undefined : entry.expiresAt - this.#now()
  }

  async resetData(): Promise<void> {
    this.#state.check()
    this.#entries.clear()
  }

  #put(key: string, value: JsonValue, ttlMs: number | undefined): void {
    this.#checkTtl(ttlMs)
    const lifeMs = ttlMs ?? this.#defaultTtlMs ?? Number.POSITIVE_INFINITY
    this.#entries.set(key, { value: frozenJson(value), expiresAt: this.#now() + lifeMs })
  }

  #now(): number {
    return this.#clock.now().getTime()
  }

  #matching(pattern: string): string[] {
    const expression = globExpression(pattern)
    return [...this.#entries.keys()].filter((key) => expression.test(key) && this.#live(key) !== undefined)
  }

  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.expiresAt > this.#now()) return entry
    this.#entries.delete(key)
    return undefined
  }

  #checkTtl(ttlMs: number | undefined): void {
    if (ttlMs === undefined || (Number.isFinite(ttlMs) && ttlMs > 0)) return
    throw new IncorrectUsageError(`Cache "${this.name}" was given ${ttlMs} as a time to live: give a positive number of milliseconds.`, {
      code: 'INVALID_TTL',
    })
  }
}
