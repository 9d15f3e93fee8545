import type { Readiness } from '../../engine/health/readiness.ts'
import { readinessOf, SHUTTING_DOWN } from '../../engine/health/readiness.ts'
import type { Logger } from '../../ports/logger.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import type { StartWorker, WorkerProcess } from './worker-process.ts'
import { endingText, endWorker } from './worker-process.ts'

/** Calls `changed` with the path of each source file that is written, made or removed. Gives how to stop. */
export type WatchSources = (changed: (path: string) => void) => () => void

export interface Reloading {
  readonly start: StartWorker
  readonly watch: WatchSources
  readonly timers: Timers
  readonly logger: Logger
  readonly endLimitMs: number
}

/** Milliseconds that it waits for further files: who saves several, or changes branches, wants one restart. */
const QUIET_MS = 100

/** For development: one worker, started anew when sources change. One that ends by itself waits for the next change: it would only end again. */
export class Reloader {
  readonly #reloading: Reloading
  readonly #changes = new Set<string>()
  #wake: () => void = () => undefined
  #isStopping = false
  #worker: WorkerProcess | undefined

  constructor(reloading: Reloading) {
    this.#reloading = reloading
  }

  /** Resolves after `stop`, with the exit code of the last worker. */
  async run(): Promise<0 | 1> {
    const { start, watch, timers, logger, endLimitMs } = this.#reloading
    const unwatch = watch((path) => {
      this.#changes.add(path)
      this.#wake()
    })
    try {
      let code: 0 | 1 = 0
      while (!this.#isStopping) {
        this.#changes.clear()
        const worker = start(1)
        this.#worker = worker
        const ending = await Promise.race([worker.ended, this.#awaitChange()])
        if (ending !== undefined && !this.#isStopping) {
          this.#worker = undefined
          logger.warn({ event: 'worker.ended' }, `The worker ${endingText(ending)}. It is started again when a source file changes.`)
          await this.#awaitChange()
        }
        if (!this.#isStopping) await timers.sleep(QUIET_MS)
        this.#tellChanges()
        code = await endWorker(worker, endLimitMs, timers)
      }
      return code
    } finally {
      unwatch()
    }
  }

  stop(): void {
    this.#isStopping = true
    this.#wake()
  }

  kill(): void {
    this.stop()
    this.#worker?.kill('SIGKILL')
  }

  async readiness(): Promise<Readiness> {
    if (this.#isStopping) return SHUTTING_DOWN
    const health = await this.#worker?.health(true)
    return health === undefined ? { isReady: false, body: { status: 'unavailable', checks: { restarting: true } } } : readinessOf([health])
  }

  /** Resolves when a file has changed since the worker was started, or it is to stop. */
  async #awaitChange(): Promise<undefined> {
    while (!this.#isStopping && this.#changes.size === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #tellChanges(): void {
    if (this.#isStopping) return
    const files = [...this.#changes].sort()
    this.#reloading.logger.info({ event: 'worker.reloading', files }, `Changed: ${files.join(', ')}. The worker is started anew.`)
  }
}
