import type { Clock } from '../../../src/util/runtime/clock.ts'
import type { Timers } from '../../../src/util/runtime/timers.ts'

interface Sleeper {
  readonly dueAt: number
  readonly wake: () => void
}

/** Time that passes only when a test says so. */
export class ManualTime implements Clock, Timers {
  #now = Date.UTC(2026, 0, 1)
  readonly #sleepers = new Set<Sleeper>()

  now(): Date {
    return new Date(this.#now)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted === true) return Promise.resolve()
    return new Promise((resolve) => {
      const sleeper = {
        dueAt: this.#now + ms,
        wake: () => {
          this.#sleepers.delete(sleeper)
          signal?.removeEventListener('abort', sleeper.wake)
          resolve()
        },
      }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', sleeper.wake)
    })
  }

  /** Lets time pass, waking sleepers in the order in which they are due and giving each the time to go on. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    await settle()
    for (;;) {
      const [next] = [...this.#sleepers].filter(({ dueAt }) => dueAt <= until).sort((left, right) => left.dueAt - right.dueAt)
      if (next === undefined) break
      this.#now = next.dueAt
      next.wake()
      await settle()
    }
    this.#now = until
  }
}

/** Lets everything happen that waits for nothing but other promises. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve()
}
