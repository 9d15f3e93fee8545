import type { Database } from '../../ports/database.ts'
import type { JsonObject } from '../../util/json.ts'
import type { Clock } from '../../util/runtime/clock.ts'
import type { Hold, Worker, WorkerProgress } from '../worker.ts'
import type { Sweep } from './sweep.ts'
import { sweepPage } from './sweep.ts'

export interface UpkeepOptions {
  readonly name: string
  readonly home: Database
  readonly clock: Clock
  /** Milliseconds between the end of a round and the beginning of the next, which waits for a heartbeat. */
  readonly everyMs: number
  /** What is to be removed in the round that begins. */
  sweeps(): readonly Sweep[]
  /** Looks at what is left, at the end of a round, and gives what is to be known at the end of the next one. */
  review?(known: JsonObject): Promise<JsonObject>
}

/**
 * Goes through the engine's tables in one database now and then, and removes what has become old. A pass removes one page, so that others have their turns. When
 * the next round is due is kept with the lease: it does not begin with every start of a process, and the first one is an interval away.
 */
export class Upkeep implements Worker {
  readonly name: string
  readonly home: Database
  /** A look at the clock with each heartbeat is enough. */
  readonly isPolled = true
  readonly nextDue = undefined
  readonly #options: UpkeepOptions
  #hold: Hold | undefined
  /** Epoch milliseconds. */
  #next = 0
  #known: JsonObject = {}
  /** What is left of the round; undefined between two rounds. */
  #left: Sweep[] | undefined
  #after: string | undefined

  constructor(options: UpkeepOptions) {
    this.name = options.name
    this.home = options.home
    this.#options = options
  }

  async start(hold: Hold): Promise<void> {
    const saved = hold.saved as { readonly next?: number; readonly known?: JsonObject } | undefined
    this.#hold = hold
    // An interval that was shortened holds at once.
    this.#next = Math.min(saved?.next ?? Number.POSITIVE_INFINITY, this.#now() + this.#options.everyMs)
    this.#known = saved?.known ?? {}
    this.#left = undefined
    this.#after = undefined
    if (saved?.next === undefined) await this.#save()
  }

  async pass(): Promise<number> {
    if (this.#hold?.isValid !== true || this.#now() < this.#next) return 0
    this.#left ??= [...this.#options.sweeps()]
    const [sweep] = this.#left
    if (sweep !== undefined) {
      this.#after = await sweepPage(this.home, sweep, this.#after)
      if (this.#after === undefined) this.#left.shift()
      return 1
    }
    this.#left = undefined
    this.#known = (await this.#options.review?.(this.#known)) ?? {}
    this.#next = this.#now() + this.#options.everyMs
    await this.#save()
    return 0
  }

  async settled(): Promise<void> {}

  async stop(): Promise<void> {
    this.#hold = undefined
  }

  async reload(): Promise<void> {}

  async status(): Promise<WorkerProgress> {
    return { lag: 0, atLeast: false, oldestMs: undefined, waitingStreams: 0, deadLetters: 0 }
  }

  async #save(): Promise<void> {
    await this.#hold?.save({ next: this.#next, known: this.#known })
  }

  #now(): number {
    return this.#options.clock.now().getTime()
  }
}
