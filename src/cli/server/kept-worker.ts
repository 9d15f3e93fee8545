import type { EngineHealth } from '../../engine/health/engine-health.ts'
import type { Logger } from '../../ports/logger.ts'
import type { Clock } from '../../util/runtime/clock.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import type { StartWorker, WorkerProcess } from './worker-process.ts'
import { endingText, endWorker } from './worker-process.ts'

export interface Keeping {
  readonly start: StartWorker
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
  /** Milliseconds that a worker which was asked to end is given. */
  readonly endLimitMs: number
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
/** One that has lived so many milliseconds was well: what it dies of is a new misfortune, not the same again. */
const STEADY_MS = 60_000
/** Deaths in a row from which on it is told as an error. */
const MANY_DEATHS = 5

/** One place of a supervisor: a worker that is started again whenever it ends, at once at first, then after longer and longer pauses, for ever. */
export class KeptWorker {
  readonly number: number
  restarts = 0
  readonly #keeping: Keeping
  readonly #stopping = new AbortController()
  readonly #stopped: Promise<undefined>
  #process: WorkerProcess | undefined
  #deathsInARow = 0

  constructor(number: number, keeping: Keeping) {
    this.number = number
    this.#keeping = keeping
    const { signal } = this.#stopping
    this.#stopped = new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }))
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Resolves when it was stopped, with its part in the exit code. */
  async run(): Promise<0 | 1> {
    const { start, clock, timers, endLimitMs } = this.#keeping
    const stopped = this.#stopping.signal
    while (!stopped.aborted) {
      const born = clock.now().getTime()
      const worker = start(this.number)
      this.#process = worker
      const ending = await Promise.race([worker.ended, this.#stopped])
      // Asked to end or not, one that is there is waited for.
      if (ending === undefined || stopped.aborted) return await endWorker(worker, endLimitMs, timers)
      this.#process = undefined
      const pause = this.#pauseAfter(clock.now().getTime() - born)
      this.#tell(worker.pid, endingText(ending), pause)
      await timers.sleep(pause, stopped)
      this.restarts += 1
    }
    return 0
  }

  /** Lets it finish what it has in hand. */
  stop(): void {
    this.#stopping.abort()
  }

  /** Ends it whatever it is doing. */
  kill(): void {
    this.#stopping.abort()
    this.#process?.kill('SIGKILL')
  }

  async health(withSubscriptions: boolean): Promise<EngineHealth | undefined> {
    return await this.#process?.health(withSubscriptions)
  }

  #pauseAfter(livedMs: number): number {
    if (livedMs >= STEADY_MS) this.#deathsInARow = 0
    this.#deathsInARow += 1
    return Math.min(FIRST_PAUSE_MS * 2 ** (this.#deathsInARow - 1), LONGEST_PAUSE_MS)
  }

  #tell(pid: number | undefined, what: string, pauseMs: number): void {
    const { logger } = this.#keeping
    const deaths = this.#deathsInARow
    const fields = { event: 'worker.restarting', number: this.number, workerPid: pid, pauseMs, deathsInARow: deaths }
    const text = `Worker ${this.number} ${what}. It is started again in ${pauseMs / 1000} s`
    if (deaths < MANY_DEATHS) logger.warn(fields, `${text}.`)
    else
      logger.error(fields, `${text}, and so on for ever, though this was the ${deaths}th time in a row: what it writes says why it ends.`)
  }
}
