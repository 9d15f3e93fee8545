import type { Readiness } from '../../engine/health/readiness.ts'
import { readinessOf, SHUTTING_DOWN } from '../../engine/health/readiness.ts'
import type { Keeping } from './kept-worker.ts'
import { KeptWorker } from './kept-worker.ts'

/**
 * Keeps so many processes running, each with an engine. It does no work of the domain itself, and none of it decides who works on what: the leases in the
 * database do, as they do between machines.
 *
 * Running: each worker is started again when it ends. Stopping: all are asked to end, and killed when they have not in time; none is started. Stopped: `run`
 * has resolved.
 */
export class Supervisor {
  readonly #workers: readonly KeptWorker[]
  #isStopping = false

  constructor(count: number, keeping: Keeping) {
    this.#workers = Array.from({ length: count }, (_, index) => new KeptWorker(index + 1, keeping))
  }

  /** Resolves after `stop`, with the exit code: 0 when every worker could finish what it had in hand. */
  async run(): Promise<0 | 1> {
    const codes = await Promise.all(this.#workers.map((worker) => worker.run()))
    return codes.every((code) => code === 0) ? 0 : 1
  }

  stop(): void {
    this.#isStopping = true
    for (const worker of this.#workers) worker.stop()
  }

  kill(): void {
    this.#isStopping = true
    for (const worker of this.#workers) worker.kill()
  }

  /** Ready is who has all workers ready. How far subscriptions are is asked of one of them: it is the same for all. */
  async readiness(): Promise<Readiness> {
    if (this.#isStopping) return SHUTTING_DOWN
    const [asked] = this.#workers.filter(({ pid }) => pid !== undefined)
    const answers = await Promise.all(this.#workers.map(async (worker) => ({ worker, health: await worker.health(worker === asked) })))
    const known = answers.flatMap(({ health }) => (health === undefined ? [] : [health]))
    const { isReady, body } = readinessOf(known.filter(({ stopping }) => !stopping))
    const areAllThere = known.length === this.#workers.length && known.every(({ stopping }) => !stopping)
    const processes = answers.map(({ worker: { number, pid, restarts }, health }) => {
      const isThere = health !== undefined && !health.stopping
      return { number, pid: pid ?? null, restarts, state: pid === undefined ? 'restarting' : isThere ? 'running' : 'not answering' }
    })
    return {
      isReady: isReady && areAllThere,
      body: { ...body, status: isReady && areAllThere ? 'ok' : 'degraded', processes },
    }
  }
}
