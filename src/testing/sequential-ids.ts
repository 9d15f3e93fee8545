import type { Ids } from '../util/runtime/ids.ts'

const DIGITS = 6

/** Ids that a person can read and a test can name: `id-000001`, `id-000002`, … For `new Domain(name, { ids })`. */
export class SequentialIds implements Ids {
  readonly #prefix: string
  #last = 0

  constructor(prefix = 'id') {
    this.#prefix = prefix
  }

  next(): string {
    this.#last += 1
    return `${this.#prefix}-${String(this.#last).padStart(DIGITS, '0')}`
  }
}
