import type { Timers } from '../../util/runtime/timers.ts'

export interface GatheringOptions<Member> {
  readonly timers: Timers
  /** How many flushes may be under way at once. */
  readonly lanes: number
  /** Takes those that go out together from those who wait; the first is always among them. */
  take(waiting: Member[]): Member[]
  /** Sends them, and tells each what became of it. Never fails. */
  send(members: readonly Member[]): Promise<void>
}

/** In milliseconds. Far longer than a flush takes that nothing holds up. */
const PATIENCE = 50

/**
 * Natural batching: who comes while a lane is free goes at once and alone; who comes while all are taken waits for the first to become free, and goes with all who
 * wait. So batches are as large as the server is slow, and without load there are none. A flush that is held up, by somebody's lock for example, keeps its lane only
 * for so long: nobody waits for what he has nothing to do with.
 */
export class Gathering<Member> {
  readonly #options: GatheringOptions<Member>
  readonly #waiting: Member[] = []
  /** What gives each lane that is taken back. */
  readonly #taken = new Set<() => void>()
  #watch: AbortController | undefined

  constructor(options: GatheringOptions<Member>) {
    this.#options = options
  }

  add(member: Member): void {
    this.#waiting.push(member)
    if (this.#taken.size < this.#options.lanes) this.#send()
    else if (this.#watch === undefined) void this.#watchLanes()
  }

  #send(): void {
    const leave = () => {
      if (!this.#taken.delete(leave)) return
      if (this.#waiting.length > 0) this.#send()
      else this.#watch?.abort()
    }
    this.#taken.add(leave)
    void this.#options.send(this.#options.take(this.#waiting)).then(leave)
  }

  /** Runs while somebody waits. */
  async #watchLanes(): Promise<void> {
    const watch = new AbortController()
    this.#watch = watch
    while (this.#waiting.length > 0) {
      const before = [...this.#taken]
      await this.#options.timers.sleep(PATIENCE, watch.signal)
      if (!watch.signal.aborted) for (const leave of before) leave()
      else break
    }
    this.#watch = undefined
    if (this.#waiting.length > 0) void this.#watchLanes()
  }
}
