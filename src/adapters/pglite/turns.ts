import { DatabaseError } from '../../errors.ts'
import type { Timers } from '../../util/runtime/timers.ts'

/** Lets one in at a time, in the order in which they come. */
export class Turns {
  readonly #timers: Timers
  readonly #timeoutMs: number
  #last: Promise<void> = Promise.resolve()

  constructor(timers: Timers, timeoutMs: number) {
    this.#timers = timers
    this.#timeoutMs = timeoutMs
  }

  /** Resolves when it is one's turn; gives how to leave. Fails with `DatabaseError` (`CONNECTIONS_EXHAUSTED`) when that takes too long. */
  async enter(): Promise<() => void> {
    const before = this.#last
    let leave: () => void = () => undefined
    this.#last = new Promise((resolve) => {
      leave = resolve
    })
    if (await this.#isOver(before)) return leave
    void before.then(leave)
    throw new DatabaseError(
      `The one connection to this PGlite database was not free within ${this.#timeoutMs} ms: a transaction that waits for something outside of it holds it up. Read through the unit of work that is open, or keep it shorter.`,
      { code: 'CONNECTIONS_EXHAUSTED', retryable: true },
    )
  }

  async #isOver(turn: Promise<void>): Promise<boolean> {
    const patience = new AbortController()
    try {
      return await Promise.race([turn.then(() => true), this.#timers.sleep(this.#timeoutMs, patience.signal).then(() => false)])
    } finally {
      patience.abort()
    }
  }
}
