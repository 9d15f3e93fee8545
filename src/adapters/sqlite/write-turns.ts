import type { Timers } from '../../util/runtime/timers.ts'

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** Lets one write at a time, in the order in which they asked. */
export class WriteTurns {
  readonly #timers: Timers
  readonly #waiting = new Set<Waiter>()
  #isTaken = false

  constructor(timers: Timers) {
    this.#timers = timers
  }

  /** Resolves when it is the caller's turn, which lasts until `release`. Rejects with `late()` when it has not come after so many milliseconds. */
  async take(timeoutMs: number, late: () => Error): Promise<void> {
    if (!this.#isTaken) {
      this.#isTaken = true
      return
    }
    const settled = new AbortController()
    try {
      await new Promise<void>((resolve, reject) => {
        const waiter = { resolve, reject }
        this.#waiting.add(waiter)
        // Wakes early, and then finds nobody, when the turn has come.
        void this.#timers.sleep(timeoutMs, settled.signal).then(() => {
          if (this.#waiting.delete(waiter)) reject(late())
        })
      })
    } finally {
      settled.abort()
    }
  }

  release(): void {
    const [next] = this.#waiting
    if (next === undefined) this.#isTaken = false
    else {
      this.#waiting.delete(next)
      next.resolve()
    }
  }

  /** Turns everybody away who waits. */
  refuse(reason: () => Error): void {
    for (const { reject } of this.#waiting) reject(reason())
    this.#waiting.clear()
  }
}
