import { afterPromises } from '../../util/runtime/after-promises.ts'
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

/** Given with an abort, which would make an error of its own otherwise, stack and all. */
const NOBODY_WAITS = 'nobody waits'

/**
 * Natural batching: who comes while a lane is free goes at once, with whoever comes at the same moment; who comes while all are taken waits for the first to
 * become free, and goes with all who wait. So batches are as large as the server is slow, and without load there are none. Those whom one answer lets go on stay
 * together: sent one by one, the first would take the lanes that the others then wait for. A flush that is held up, by somebody's lock for example, keeps its lane only
 * for so long: nobody waits for what he has nothing to do with.
 */
export class Gathering<Member> {
  readonly #options: GatheringOptions<Member>
  readonly #waiting: Member[] = []
  /** What gives each lane that is taken back. */
  readonly #taken = new Set<() => void>()
  #watch: AbortController | undefined
  #isAboutToSend = false

  constructor(options: GatheringOptions<Member>) {
    this.#options = options
  }

  add(member: Member): void {
    this.#waiting.push(member)
    this.#sendSoon()
  }

  #sendSoon(): void {
    if (this.#isAboutToSend) return
    this.#isAboutToSend = true
    afterPromises(() => {
      this.#isAboutToSend = false
      while (this.#waiting.length > 0 && this.#taken.size < this.#options.lanes) this.#send()
      if (this.#waiting.length > 0 && this.#watch === undefined) void this.#watchLanes()
    })
  }

  #send(): void {
    const leave = () => {
      if (!this.#taken.delete(leave)) return
      if (this.#waiting.length > 0) this.#sendSoon()
      else this.#watch?.abort(NOBODY_WAITS)
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
