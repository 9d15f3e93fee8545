import type { Cache } from '../ports/cache.ts'
import type { Logger } from '../ports/logger.ts'
import type { JsonValue } from '../util/json.ts'
import type { Timers } from '../util/runtime/timers.ts'
import type { EarlierResult } from './idempotency.ts'

export interface IdempotencyGuardSetup {
  readonly cache: Cache
  readonly timers: Timers
  readonly logger: Logger
  newId(): string
  /** Milliseconds that a success is remembered. */
  readonly ttlMs: number
  /** Milliseconds after which a submission that has neither succeeded nor failed no longer keeps others waiting. */
  readonly reservationMs: number
}

/** What stands under a key: a submission under way, or the result of one that succeeded. */
type Entry = { readonly runs: string } | { readonly result: JsonValue }

/** A reserved idempotency key: nobody else handles a command with it. */
export interface Reservation {
  /** To be called when the effects are committed. Later submissions get the result without being looked up in the database. */
  done(result: unknown): Promise<void>
  /** To be called when there were no effects: the key can be used again at once. */
  release(): Promise<void>
}

const FIRST_LOOK_MS = 10
const SLOWEST_LOOK_MS = 250
const KEYS = 'idempotency:'

/**
 * Lets one submission with an idempotency key be handled at a time, in all processes that share a cache; the others wait for its result. So a handler that
 * also calls somebody outside does so once. It only spares work: that effects happen once is up to the row that is committed with them, and holds also when
 * the cache forgets or is away, or when a reservation ends before its handler does.
 */
export class IdempotencyGuard {
  readonly #setup: IdempotencyGuardSetup

  constructor(setup: IdempotencyGuardSetup) {
    this.#setup = setup
  }

  /** Reserves the key, or gives what was its result; waits while another submission is under way. */
  async claim(id: string): Promise<Reservation | EarlierResult> {
    const { cache, timers, newId, reservationMs } = this.#setup
    const key = KEYS + id
    const mine = { runs: newId() }
    try {
      for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 2, SLOWEST_LOOK_MS)) {
        if (await cache.add(key, mine, reservationMs)) return this.#reservation(key, mine)
        const found = (await cache.get(key)) as Entry | undefined
        if (found !== undefined && 'result' in found) return { result: found.result ?? undefined }
        if (found !== undefined) await timers.sleep(pauseMs)
      }
    } catch (error) {
      this.#missed(error)
      return this.#reservation(key, mine)
    }
  }

  #reservation(key: string, mine: Entry): Reservation {
    const { cache, ttlMs } = this.#setup
    const quietly = (work: Promise<unknown>) => work.then(() => undefined).catch((error) => this.#missed(error))
    return {
      done: (result) => quietly(cache.set(key, { result: (result ?? null) as JsonValue }, ttlMs)),
      release: () => quietly(cache.deleteIf(key, mine)),
    }
  }

  #missed(error: unknown): void {
    const { logger, cache } = this.#setup
    const message = `The cache "${cache.name}" cannot say who handles a command with an idempotency key. The database alone sees to it that its effects happen once.`
    logger.warn({ event: 'idempotency.cache_unavailable', cache: cache.name, error }, message)
  }
}
