import { IncorrectUsageError } from '../errors.ts'
import { WORKER_CLUSTER } from '../handlers/engine-tables.ts'
import type { Database } from '../ports/database.ts'
import type { EventStore } from '../ports/event-store.ts'
import { nearest } from '../util/nearest.ts'
import type { EngineContext } from './engine-context.ts'
import { Holds } from './holds.ts'
import { alertThreshold } from './upkeep/dead-letter-upkeep.ts'
import type { Worker, WorkerProgress } from './worker.ts'
import { WorkerLoop } from './worker-loop.ts'
import { changeWorkerRow, workerId } from './worker-row.ts'
import { workersOf } from './workers.ts'

export interface WorkerStatus extends WorkerProgress {
  readonly name: string
  /** `free`: no engine works on it at the moment. */
  readonly state: 'running' | 'paused' | 'free'
  /** The engine that holds it. */
  readonly owner: string | undefined
  /** As many messages are dead letters as `server.dlq` raises an alert at; false where that is not enabled. */
  readonly deadLetterAlert: boolean
}

/** One run of an engine: its workers, each with a lease, and the beat that keeps those. */
export class EngineRun {
  /** Names of workers that had not come to an end when they were given up. */
  unfinished: readonly string[] = []
  readonly #context: EngineContext
  readonly #holds = new Map<Database, Holds>()
  readonly #loops: WorkerLoop[] = []
  readonly #heads = new Map<EventStore, string | undefined>()
  readonly #stopping = new AbortController()
  #stopped: Promise<void> | undefined
  #failedBeats = 0

  /** `isWorking`: false for one that only looks at what others do, and takes no lease. */
  constructor(context: EngineContext, owner: string, isWorking = true) {
    this.#context = context
    const { leaseTtlMs } = context.inside.settings.server.partitioning
    for (const worker of workersOf(context)) {
      const { home } = worker
      const holds = this.#holds.get(home) ?? new Holds(home, owner, context.clock, leaseTtlMs)
      this.#holds.set(home, holds)
      const hold = holds.add(this.#idOf(worker))
      hold.isWanted = isWorking
      this.#loops.push(new WorkerLoop(context, worker, holds, hold))
    }
  }

  get workers(): readonly string[] {
    return this.#loops.map(({ worker }) => worker.name)
  }

  /** Passes over all workers, until one over all of them gets nothing done of what was committed before it. */
  async untilQuiet(): Promise<void> {
    try {
      for (let progress = 1; progress > 0; ) {
        progress = 0
        await Promise.all([this.#beat(), ...this.#context.inside.infrastructure.eventStores.map((store) => store.settle())])
        for (const loop of this.#loops) progress += await loop.passAndSettle()
      }
    } finally {
      await this.#end()
    }
  }

  async untilStopped(): Promise<void> {
    const { timers, inside } = this.#context
    const everyMs = inside.settings.server.partitioning.heartbeatIntervalSeconds * 1000
    for (const loop of this.#loops) loop.begin()
    const { signal } = this.#stopping
    // A beat that is never answered does not keep an engine that is stopped.
    const isStopping = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    while (!signal.aborted) {
      const beaten = this.#beat().then(
        () => this.#noteBeat(undefined),
        (error: unknown) => this.#noteBeat(error),
      )
      await Promise.race([beaten, isStopping])
      await timers.sleep(everyMs, signal)
    }
    await this.#end()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#end()
  }

  /** Pauses or resumes a worker for everybody. */
  async setState(name: string, state: 'running' | 'paused'): Promise<void> {
    const worker = this.#named(name)
    const id = this.#idOf(worker)
    await changeWorkerRow(worker.home, id, this.#context.clock.now(), { state })
    await this.#beat()
  }

  async status(): Promise<readonly WorkerStatus[]> {
    const now = this.#context.clock.now()
    const { dlq } = this.#context.inside.settings.server
    const rows = new Map<string, Readonly<Record<string, unknown>>>()
    for (const { database } of this.#holds.values()) {
      const ids = this.#loops.filter(({ worker }) => worker.home === database).map(({ worker }) => this.#idOf(worker))
      for (const { row } of await database.load(WORKER_CLUSTER, ids)) rows.set(row.id as string, row)
    }
    return Promise.all(
      this.#loops.map(async ({ worker }) => {
        const row = rows.get(this.#idOf(worker))
        const isHeld = row?.owner !== null && row?.owner !== undefined && (row.expires_at as Date) > now
        const state = row?.state === 'paused' ? 'paused' : isHeld ? 'running' : 'free'
        const progress = await worker.status((row?.saved ?? undefined) as Parameters<Worker['status']>[0])
        const deadLetterAlert = dlq.enabled && progress.deadLetters >= alertThreshold(dlq, worker.deadLetters?.alertAt)
        return { name: worker.name, state, owner: isHeld ? (row.owner as string) : undefined, ...progress, deadLetterAlert } as const
      }),
    )
  }

  /** Leases, and whether there are messages that no signal told of. */
  async #beat(): Promise<void> {
    const results = await Promise.allSettled([...[...this.#holds.values()].map((holds) => holds.beat()), this.#lookForMessages()])
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  #noteBeat(error: unknown): void {
    if (error === undefined) {
      if (this.#failedBeats > 0) this.#context.trace({ event: 'engine.recovered', worker: 'engine' })
      this.#failedBeats = 0
      return
    }
    this.#failedBeats += 1
    this.#context.report({ handler: 'engine', message: undefined, error, attempt: this.#failedBeats })
    this.#context.trace({ event: 'engine.failed', worker: 'engine', reason: String(error) })
  }

  /** One cheap question to each store, instead of one for every subscription. */
  async #lookForMessages(): Promise<void> {
    if (this.#context.testMode) return
    for (const loop of this.#loops) if (loop.worker.isPolled === true) loop.wake()
    for (const store of this.#context.inside.infrastructure.eventStores) {
      const head = await store.head()
      if (this.#heads.has(store) && this.#heads.get(store) === head) continue
      this.#heads.set(store, head)
      for (const loop of this.#loops) loop.wake()
    }
  }

  #end(): Promise<void> {
    this.#stopped ??= Promise.all(this.#loops.map((loop) => loop.stop())).then((drained) => {
      this.unfinished = this.workers.filter((_, index) => drained[index] === false)
    })
    return this.#stopped
  }

  #named(name: string): Worker {
    const found = this.#loops.find(({ worker }) => worker.name === name)
    if (found !== undefined) return found.worker
    const meant = nearest(name, this.workers)
    throw new IncorrectUsageError(
      `There is no subscription ${name}. ${meant === undefined ? `There are: ${this.workers.join(', ')}.` : `Did you mean ${meant}?`}`,
      { code: 'SUBSCRIPTION_UNKNOWN' },
    )
  }

  #idOf(worker: Worker): string {
    return workerId(this.#context.inside.registry.domainName, worker.name)
  }
}
