import { IncorrectUsageError } from '../errors.ts'
import type { Clock } from '../util/runtime/clock.ts'

/** Where a manual clock stands when nothing else is said. */
const START = Date.UTC(2026, 0, 1)

/** A clock that stands still until it is told otherwise. Give it to a domain: `new Domain(name, { clock })`. */
export class ManualClock implements Clock {
  #now: number
  readonly #listeners = new Set<() => void>()

  /** `start` is an instant or ISO text; the first instant of 2026 (UTC) when left out. */
  constructor(start: Date | string = new Date(START)) {
    this.#now = instantOf(start)
  }

  now(): Date {
    return new Date(this.#now)
  }

  /** Puts the clock to an instant, also an earlier one. */
  set(instant: Date | string): void {
    this.#now = instantOf(instant)
    for (const listener of this.#listeners) listener()
  }

  /** Lets so many milliseconds pass. */
  advance(ms: number): void {
    if (!Number.isSafeInteger(ms) || ms < 0) {
      throw new IncorrectUsageError(`A clock is advanced by whole milliseconds, 0 or more, not by ${ms}. Use set() to put it back.`)
    }
    this.set(new Date(this.#now + ms))
  }

  /** Calls `listener` after every change. Returns how to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

function instantOf(value: Date | string): number {
  const ms = new Date(value).getTime()
  if (Number.isNaN(ms))
    throw new IncorrectUsageError(`"${String(value)}" is no instant. Give a valid Date, or ISO text such as 2026-01-31T12:00:00Z.`)
  return ms
}
