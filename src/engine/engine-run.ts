import { IncorrectUsageError } from '../errors.ts'
import type { Database } from '../ports/database.ts'
import type { EventStore } from '../ports/event-store.ts'
import { nearest } from '../util/nearest.ts'
import type { Divider } from './divider.ts'
import { changeAllParts } from './division.ts'
import type { EngineContext } from './engine-context.ts'
import { Holds } from './holds.ts'
import { Shares } from './shares.ts'
import type { Worker } from './worker.ts'
import { commonName } from './worker.ts'
import type { WorkerHold } from './worker-hold.ts'
import { WorkerLoop } from './worker-loop.ts'
import { workerId } from './worker-row.ts'
import type { WorkerStatus } from './worker-status.ts'
import { workerStatuses } from './worker-status.ts'
import { workersOf } from './workers.ts'

/** Name under which engines that share parts know of each other. */
const ENGINES = '#engines/'

/** One run of an engine: its workers, each with a lease, and the beat that keeps those. */
export class EngineRun {
  /** Names of workers that had not come to an end when they were given up. */
  unfinished: readonly string[] = []
  readonly #context: EngineContext
  readonly #holds = new Map<Database, Holds>()
  readonly #shares = new Map<Database, Shares>()
  readonly #dividers = new Map<Divider, WorkerHold[]>()
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
      const divider = worker.part?.divider
      const hold = holds.add(this.#idOf(worker), divider && ((row) => divider.accepts(row)))
      hold.isWanted = isWorking
      if (isWorking) this.#divide(worker, hold, owner)
      this.#loops.push(new WorkerLoop(context, worker, holds, hold))
    }
  }

  get workers(): readonly string[] {
    return [...new Set(this.#loops.map(({ worker }) => commonName(worker)))]
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
    const { home } = this.#named(name)
    await changeAllParts(home, this.#idOfName(name), this.#context.clock.now(), { state })
    await this.#beat()
  }

  async status(): Promise<readonly WorkerStatus[]> {
    const placed = this.#loops.map(({ worker }) => {
      const { part } = worker
      return { worker, ids: [this.#idOf(worker), ...(part === undefined ? [] : [this.#idOfName(part.subscription)])] }
    })
    return workerStatuses(placed, this.#context.clock.now(), this.#context.inside.settings.server.dlq)
  }

  /** Leases, and whether there are messages that no signal told of. */
  async #beat(): Promise<void> {
    const results = await Promise.allSettled([this.#lookAfterLeases(), this.#lookForMessages()])
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  async #lookAfterLeases(): Promise<void> {
    // Leases are renewed whatever becomes of the rest.
    const shared = await this.#each(this.#shares.values()).catch((error: unknown) => ({ error }))
    await this.#each(this.#holds.values())
    if (shared !== undefined) throw shared.error
    const out = [...this.#dividers].filter(([divider, holds]) => !holds.every(({ row }) => divider.accepts(row)))
    if (out.length === 0) return
    const settled = await Promise.all(out.map(([divider]) => divider.settle()))
    if (settled.some(Boolean)) await this.#each(this.#holds.values())
  }

  /** All of them, also when one fails. */
  async #each(all: Iterable<{ beat(): Promise<void> }>): Promise<void> {
    const results = await Promise.allSettled([...all].map((one) => one.beat()))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  /** What is divided is divided among engines. Who runs until nothing is left leaves nothing to others. */
  #divide(worker: Worker, hold: WorkerHold, owner: string): void {
    const { part, home } = worker
    if (part === undefined) return
    this.#dividers.set(part.divider, [...(this.#dividers.get(part.divider) ?? []), hold])
    const { testMode, clock, inside } = this.#context
    if (part.part.count === 1 || testMode) return
    const prefix = workerId(inside.registry.domainName, ENGINES)
    const options = { database: home, prefix, owner, clock, ttlMs: inside.settings.server.partitioning.leaseTtlMs }
    const shares = this.#shares.get(home) ?? new Shares(options)
    this.#shares.set(home, shares)
    shares.add(part.subscription, hold)
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
    this.#stopped ??= this.#stopAll()
    return this.#stopped
  }

  async #stopAll(): Promise<void> {
    const drained = await Promise.all(this.#loops.map((loop) => loop.stop()))
    this.unfinished = this.#loops.map(({ worker }) => worker.name).filter((_, index) => drained[index] === false)
    // Who cannot say so is known to be gone when its lease is over.
    await Promise.all([...this.#shares.values()].map((shares) => shares.leave().catch(() => undefined)))
  }

  #named(name: string): Worker {
    const found = this.#loops.find(({ worker }) => commonName(worker) === name)
    if (found !== undefined) return found.worker
    const meant = nearest(name, this.workers)
    throw new IncorrectUsageError(
      `There is no subscription ${name}. ${meant === undefined ? `There are: ${this.workers.join(', ')}.` : `Did you mean ${meant}?`}`,
      { code: 'SUBSCRIPTION_UNKNOWN' },
    )
  }

  #idOf(worker: Worker): string {
    return this.#idOfName(worker.name)
  }

  /** Key of the row of a worker, or of what has parts. */
  #idOfName(name: string): string {
    return workerId(this.#context.inside.registry.domainName, name)
  }
}
