import type { Lane } from './lane.ts'

/** One turn of so many belongs to what may wait, so that it never stands still while there is always something more urgent. */
const TURNS = 10

/** Streams that can be worked on, first come first served; those with nothing but messages of low priority let others go first, mostly. */
export class ReadyLanes {
  readonly #usual: Lane[] = []
  readonly #low: Lane[] = []
  #turn = 0

  get length(): number {
    return this.#usual.length + this.#low.length
  }

  add(lane: Lane): void {
    const isLow = lane.isLow
    if (lane.isReady) {
      if (isLow) return
      // Something urgent has arrived behind what waits: the stream is worked on in order, but now.
      const at = this.#low.indexOf(lane)
      if (at === -1) return
      this.#low.splice(at, 1)
    }
    lane.isReady = true
    const queue = isLow ? this.#low : this.#usual
    queue.push(lane)
  }

  /** Whose turn it is; still there until `shift`. */
  get first(): Lane | undefined {
    return this.#queue[0]
  }

  shift(): void {
    const lane = this.#queue.shift()
    this.#turn = (this.#turn + 1) % TURNS
    if (lane !== undefined) lane.isReady = false
  }

  clear(): void {
    this.#usual.length = 0
    this.#low.length = 0
  }

  get #queue(): Lane[] {
    const [first, other] = this.#turn === TURNS - 1 ? [this.#low, this.#usual] : [this.#usual, this.#low]
    return first.length > 0 ? first : other
  }
}
