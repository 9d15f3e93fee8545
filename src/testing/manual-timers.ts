import type { Timers } from '../util/runtime/timers.ts'
import { turn } from '../util/runtime/turn.ts'
import { ManualClock } from './manual-clock.ts'

interface Sleeper {
  readonly dueAt: number
  readonly wake: () => void
}

/** Timers that follow a manual clock: who sleeps wakes when the clock gets there, and no test waits. */
export class ManualTimers implements Timers {
  readonly clock: ManualClock
  readonly #sleepers = new Set<Sleeper>()

  constructor(clock: ManualClock = new ManualClock()) {
    this.clock = clock
    clock.onChange(() => this.#wakeDue())
  }

  /** How many sleeps are under way. */
  get sleeping(): number {
    return this.#sleepers.size
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted === true) return Promise.resolve()
    return new Promise((resolve) => {
      const sleeper: Sleeper = {
        dueAt: this.clock.now().getTime() + ms,
        wake: () => {
          this.#sleepers.delete(sleeper)
          signal?.removeEventListener('abort', sleeper.wake)
          resolve()
        },
      }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', sleeper.wake, { once: true })
    })
  }

  /**
   * Lets so many milliseconds pass, sleep by sleep: whoever wakes goes on, and may sleep again, before the clock moves further. Code that waits
   * for real input or output is not waited for.
   */
  async advance(ms: number): Promise<void> {
    const until = this.clock.now().getTime() + ms
    await turn()
    for (let next = this.#nextDue(until); next !== undefined; next = this.#nextDue(until)) {
      this.clock.set(new Date(next))
      await turn()
    }
    this.clock.set(new Date(until))
    await turn()
  }

  #nextDue(until: number): number | undefined {
    const due = [...this.#sleepers].map(({ dueAt }) => dueAt).filter((dueAt) => dueAt <= until)
    return due.length === 0 ? undefined : Math.min(...due)
  }

  #wakeDue(): void {
    const now = this.clock.now().getTime()
    const due = [...this.#sleepers].filter(({ dueAt }) => dueAt <= now).sort((one, other) => one.dueAt - other.dueAt)
    for (const sleeper of due) sleeper.wake()
  }
}
