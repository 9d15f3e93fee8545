import { DatabaseError, IncorrectUsageError } from '../../errors.ts'
import type { Cache } from '../../ports/cache.ts'
import { globExpression } from '../../ports/glob.ts'
import type { JsonValue } from '../../util/json.ts'
import type { RedisClient } from './client.ts'
import type { Keyspace } from './keys.ts'
import { removeNames, storedNames } from './stored-keys.ts'

export interface RedisCacheOptions {
  readonly name: string
  readonly client: RedisClient
  readonly keyspace: Keyspace
  /** How long values live, in milliseconds, when `set` does not say; for ever when left out. */
  readonly defaultTtlMs?: number | undefined
}

/** The server's answers to PTTL that are no time. */
const ABSENT = -2
const NEVER = -1

/** The server's own way to compare and delete in one step. KEYS: the key. ARGV: the value that it must have. */
const DELETE_IF = "return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('DEL', KEYS[1]) or 0"

/** A cache on a Redis server: values as JSON, expired by the server, so that all processes with the same prefix share them. */
export class RedisCache implements Cache {
  readonly name: string
  readonly provider = 'redis'
  readonly #client: RedisClient
  readonly #keyspace: Keyspace
  readonly #defaultTtlMs: number | undefined

  constructor({ name, client, keyspace, defaultTtlMs }: RedisCacheOptions) {
    this.name = name
    this.#client = client
    this.#keyspace = keyspace
    this.#checkTtl(defaultTtlMs)
    this.#defaultTtlMs = defaultTtlMs
  }

  open(): Promise<void> {
    return this.#client.open()
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  isAlive(): Promise<boolean> {
    return this.#client.isAlive()
  }

  async get(key: string): Promise<JsonValue | undefined> {
    const text = await this.#client.command(['GET', this.#keyspace.key(key)])
    if (text === null) return undefined
    try {
      return JSON.parse(text as string) as JsonValue
    } catch (cause) {
      throw new DatabaseError(
        `Cache "${this.name}" (redis) has something under "${key}" that is no JSON: somebody else writes there. Delete it, or choose another keyPrefix.`,
        { code: 'KEY_TAKEN', cause },
      )
    }
  }

  async set(key: string, value: JsonValue, ttlMs?: number): Promise<void> {
    await this.#set(key, value, ttlMs)
  }

  async add(key: string, value: JsonValue, ttlMs?: number): Promise<boolean> {
    return (await this.#set(key, value, ttlMs, 'NX')) !== null
  }

  async delete(key: string): Promise<boolean> {
    return (await removeNames(this.#client, this.#keyspace, [key])) > 0
  }

  async deleteIf(key: string, value: JsonValue): Promise<boolean> {
    return (await this.#client.command(['EVAL', DELETE_IF, '1', this.#keyspace.key(key), JSON.stringify(value)])) === 1
  }

  async keys(pattern: string): Promise<readonly string[]> {
    const names = await this.#matching(pattern)
    // The order of UTF-8 is that of code points; that of JavaScript's strings is not.
    return names
      .map((name) => Buffer.from(name))
      .sort(Buffer.compare)
      .map(String)
  }

  async count(pattern: string): Promise<number> {
    return (await this.#matching(pattern)).length
  }

  async deleteMatching(pattern: string): Promise<number> {
    return removeNames(this.#client, this.#keyspace, await this.#matching(pattern))
  }

  async ttl(key: string): Promise<number | undefined> {
    const left = Number(await this.#client.command(['PTTL', this.#keyspace.key(key)]))
    if (left === NEVER) return Number.POSITIVE_INFINITY
    return left === ABSENT || left === 0 ? undefined : left
  }

  async resetData(): Promise<void> {
    await removeNames(this.#client, this.#keyspace, await storedNames(this.#client, this.#keyspace))
  }

  async #set(key: string, value: JsonValue, ttlMs: number | undefined, ...conditions: readonly string[]): Promise<unknown> {
    this.#client.check()
    this.#checkTtl(ttlMs)
    const lifeMs = ttlMs ?? this.#defaultTtlMs
    // The server counts whole milliseconds, and refuses more than it can count.
    const expiry = lifeMs === undefined ? [] : ['PX', String(Math.min(Math.ceil(lifeMs), Number.MAX_SAFE_INTEGER))]
    return await this.#client.command(['SET', this.#keyspace.key(key), JSON.stringify(value), ...expiry, ...conditions])
  }

  async #matching(pattern: string): Promise<string[]> {
    const expression = globExpression(pattern)
    return [...(await storedNames(this.#client, this.#keyspace, pattern))].filter((name) => expression.test(name))
  }

  #checkTtl(ttlMs: number | undefined): void {
    if (ttlMs === undefined || (Number.isFinite(ttlMs) && ttlMs > 0)) return
    throw new IncorrectUsageError(`Cache "${this.name}" was given ${ttlMs} as a time to live: give a positive number of milliseconds.`, {
      code: 'INVALID_TTL',
    })
  }
}
