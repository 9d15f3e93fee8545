import type { Random } from '../../src/util/runtime/random.ts'

/** What is left to chance, the same for the same seed. */
export class SeededChoices implements Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** Mulberry32: small, and even enough for choosing what to disturb. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from `from` up to and without `to`. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from))
  }

  of<Choice>(choices: readonly Choice[]): Choice {
    return choices[this.between(0, choices.length)] as Choice
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    return items
      .map((item) => ({ item, rank: this.next() }))
      .sort((one, other) => one.rank - other.rank)
      .map(({ item }) => item)
  }

  happens(probability: number): boolean {
    return this.next() < probability
  }

  /** A stream of choices of its own, so that how often one side chooses does not change what the other gets. */
  fork(): SeededChoices {
    return new SeededChoices(this.between(0, 2 ** 32))
  }
}
