import type { Clock } from '../util/runtime/clock.ts'
import type { Ids } from '../util/runtime/ids.ts'
import type { Random } from '../util/runtime/random.ts'
import { ManualClock } from './manual-clock.ts'

/** Chance that can be repeated: the same seed gives the same numbers (mulberry32). */
export class SeededRandom implements Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Ids that look like those of production, UUIDs of version 7 in ascending order, but are the same in every run: seed and clock decide them.
 * For `new Domain(name, { ids })`.
 */
export class SeededIds implements Ids {
  readonly #random: SeededRandom
  readonly #clock: Clock
  #last = 0

  constructor(seed = 1, clock: Clock = new ManualClock()) {
    this.#random = new SeededRandom(seed)
    this.#clock = clock
  }

  next(): string {
    // A millisecond for each id keeps them in order while the clock stands still.
    this.#last = Math.max(this.#clock.now().getTime(), this.#last + 1)
    const time = this.#last.toString(16).padStart(12, '0')
    const variant = '89ab'[Math.floor(this.#random.next() * 4)]
    return `${time.slice(0, 8)}-${time.slice(8)}-7${this.#digits(3)}-${variant}${this.#digits(3)}-${this.#digits(12)}`
  }

  #digits(count: number): string {
    return Array.from({ length: count }, () => Math.floor(this.#random.next() * 16).toString(16)).join('')
  }
}
