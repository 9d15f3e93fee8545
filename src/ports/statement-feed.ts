import type { Stopwatch } from '../util/runtime/stopwatch.ts'
import { systemStopwatch } from '../util/runtime/stopwatch.ts'

/** A statement as an adapter has it. Its values are counted and never passed on. */
export interface SentStatement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** What went to a database together and was answered together, whether it failed or not. */
export interface RoundTrip {
  readonly database: string
  /** Counts from 1. Parts of a round trip that are reported one by one, as a database in this process runs them, share a number. */
  readonly number: number
  /** From sending to the answer, without any wait for a connection. */
  readonly durationMs: number
  readonly statements: readonly SentStatement[]
}

export type RoundTripListener = (roundTrip: RoundTrip) => void

/**
 * What one database is asked, for whoever wants to know: query-shape assertions and the log of slow queries. The adapter is given one and reports to it; while
 * nobody listens that costs it one look at `isHeard`. Listeners run within the adapter's call; what they throw becomes a process warning and reaches nobody else.
 */
export class StatementFeed {
  readonly #database: string
  readonly #stopwatch: Stopwatch
  readonly #listeners = new Set<RoundTripListener>()
  #number = 0
  #together = 0

  constructor(database: string, stopwatch: Stopwatch = systemStopwatch) {
    this.#database = database
    this.#stopwatch = stopwatch
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0
  }

  /** Returns how to stop listening. */
  listen(listener: RoundTripListener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Sends statements to a server and reports them as one round trip. */
  async sending<Result>(statements: readonly SentStatement[], send: () => Promise<Result>): Promise<Result> {
    const begin = this.#stopwatch.elapsedMs()
    try {
      return await send()
    } finally {
      this.#tell(this.#nextNumber(), statements, this.#stopwatch.elapsedMs() - begin)
    }
  }

  /** Runs a statement in this process and reports it, as a round trip of its own or as part of the present one. */
  running<Result>(statement: SentStatement, run: () => Result): Result {
    const begin = this.#stopwatch.elapsedMs()
    try {
      return run()
    } finally {
      const number = this.#together > 0 ? this.#number : this.#nextNumber()
      this.#tell(number, [statement], this.#stopwatch.elapsedMs() - begin)
    }
  }

  /** What `run` runs in this process counts as one round trip: a server would have been sent it in one. */
  together<Result>(run: () => Result): Result {
    if (this.#together === 0) this.#nextNumber()
    this.#together += 1
    try {
      return run()
    } finally {
      this.#together -= 1
    }
  }

  #nextNumber(): number {
    this.#number += 1
    return this.#number
  }

  #tell(number: number, statements: readonly SentStatement[], durationMs: number): void {
    for (const listener of this.#listeners) {
      try {
        listener({ database: this.#database, number, durationMs, statements })
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : new Error(String(error)))
      }
    }
  }
}
