/** A statement that the server knows by name on one connection. */
export interface PreparedStatement {
  readonly name: string
  /** Names of its columns, once a result has told them. */
  columns: readonly string[] | undefined
}

export interface PreparedLookup {
  readonly prepared: PreparedStatement
  /** Whether it still has to be sent. */
  readonly isNew: boolean
}

const DEFAULT_CAPACITY = 256

/**
 * The prepared statements of one connection, by text; the least recently used go when there are too many. Those given up are closed at the
 * next opportunity: names are never used again, so it does not matter when.
 */
export class PreparedStatements {
  readonly #capacity: number
  readonly #byText = new Map<string, PreparedStatement>()
  #surplus: string[] = []
  #count = 0

  constructor(capacity = DEFAULT_CAPACITY) {
    this.#capacity = capacity
  }

  lookUp(text: string): PreparedLookup {
    const known = this.#byText.get(text)
    if (known !== undefined) {
      this.#byText.delete(text)
      this.#byText.set(text, known)
      return { prepared: known, isNew: false }
    }
    this.#count += 1
    const prepared = { name: `protean_${this.#count}`, columns: undefined }
    this.#byText.set(text, prepared)
    return { prepared, isNew: true }
  }

  /** Prepares the statement anew next time. */
  forget(text: string): void {
    const known = this.#byText.get(text)
    if (known === undefined) return
    this.#byText.delete(text)
    this.#surplus.push(known.name)
  }

  /** Names that the server may forget. The last `used` statements looked up stay. */
  takeSurplus(used: number): readonly string[] {
    for (const text of this.#byText.keys()) {
      if (this.#byText.size <= Math.max(this.#capacity, used)) break
      this.forget(text)
    }
    const names = this.#surplus
    this.#surplus = []
    return names
  }
}
