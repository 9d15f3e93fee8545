/** The place of one message in what was read: dealt with, or not yet. */
export interface Place {
  readonly cursor: string | undefined
  done: boolean
}

/** How far everything that was read is dealt with, though messages are finished in any order. */
export class Watermark {
  #places: Place[] = []
  #head = 0
  #cursor: string | undefined

  constructor(cursor: string | undefined) {
    this.#cursor = cursor
  }

  /** Behind the last message before which nothing is left to do. */
  get cursor(): string | undefined {
    this.#settle()
    return this.#cursor
  }

  /** How many places lie between the cursor and the end of what was read. */
  get length(): number {
    this.#settle()
    return this.#places.length - this.#head
  }

  /** The next place; it is done, or somebody sets it so. */
  add(cursor: string | undefined, done: boolean): Place {
    const place = { cursor, done }
    this.#places.push(place)
    return place
  }

  #settle(): void {
    for (let place = this.#places[this.#head]; place?.done === true; place = this.#places[this.#head]) {
      this.#cursor = place.cursor
      this.#head += 1
    }
    // What lies behind is let go now and then, not one by one.
    if (this.#head === 0 || (this.#head < 256 && this.#head < this.#places.length)) return
    this.#places = this.#places.slice(this.#head)
    this.#head = 0
  }
}
