/** Entries by some key of theirs, in the order in which they came. Most keys have one entry or two, so that the first one gets no list. */
export class EntryIndex<Entry extends object> {
  readonly #entries = new Map<string, Entry | Entry[]>()

  get(key: string): readonly Entry[] {
    const found = this.#entries.get(key)
    if (found === undefined) return NONE
    return Array.isArray(found) ? found : [found]
  }

  count(key: string): number {
    const found = this.#entries.get(key)
    if (found === undefined) return 0
    return Array.isArray(found) ? found.length : 1
  }

  add(key: string, entry: Entry): void {
    const found = this.#entries.get(key)
    if (found === undefined) this.#entries.set(key, entry)
    else if (Array.isArray(found)) found.push(entry)
    else this.#entries.set(key, [found, entry])
  }

  clear(): void {
    this.#entries.clear()
  }
}

const NONE: readonly never[] = []
