import type { Domain } from '../domain/domain.ts'
import { internalsOf } from '../domain/internals.ts'
import { IncorrectUsageError } from '../errors.ts'
import { runInFrame } from '../unit-of-work/current.ts'
import { uuidV7Ids } from '../util/runtime/ids.ts'
import type { Random } from '../util/runtime/random.ts'
import type { EngineContext, EngineFailure, EngineTrace } from './engine-context.ts'
import { EngineRun } from './engine-run.ts'
import { OUTSIDE } from './outside.ts'
import type { WorkerStatus } from './worker-status.ts'

export interface EngineOptions {
  /** Do everything that there is to do, cascades included, then stop. What is due only later is left. */
  readonly testMode?: boolean
  /** Begins the name under which this engine holds leases; the rest is made up, so that no two are the same. */
  readonly name?: string
  /** The domain's, when left out. */
  readonly random?: Random
}

/** Failures that an engine remembers, the latest ones; all of them in test mode. */
const MAX_FAILURES = 1000

/**
 * Works in the background for a domain: handles asynchronous commands and events. Any number of engines, in any number of processes, share the work of one
 * domain. The domain is initialised before `run`, and closed by whoever initialised it, after `stop`.
 */
export class Engine {
  readonly #domain: Domain
  readonly #testMode: boolean
  readonly #name: string
  readonly #random: Random | undefined
  readonly #failures: EngineFailure[] = []
  readonly #listeners = new Set<(trace: EngineTrace) => void>()
  readonly #failureListeners = new Set<(failure: EngineFailure) => void>()
  #run: EngineRun | undefined
  #unfinished: readonly string[] = []
  #exitCode = 0

  constructor(domain: Domain, { testMode = false, name = 'engine', random }: EngineOptions = {}) {
    this.#domain = domain
    this.#testMode = testMode
    this.#name = name
    this.#random = random
  }

  /** What failed while it ran, whether or not it was repeated with success later. */
  get failures(): readonly EngineFailure[] {
    return this.#failures
  }

  /** 0 when all went well; 1 when something failed in test mode, or when `stop` had to leave handlers behind that did not come to an end. */
  get exitCode(): number {
    return this.#exitCode
  }

  /** Workers of the last run that `stop` gave up: their handlers, or their databases, did not come to an end in time. */
  get unfinished(): readonly string[] {
    return this.#unfinished
  }

  /** Names of what it keeps running: subscriptions and others, whichever engine works on them at the moment. The domain is initialised. */
  get workers(): readonly string[] {
    return this.#any().workers
  }

  /** Works until `stop` is called; in test mode until there is nothing left to do. */
  async run(): Promise<void> {
    if (this.#run !== undefined)
      throw new IncorrectUsageError('This engine is running already. Make another one.', { code: 'ENGINE_RUNNING' })
    const run = new EngineRun(this.#context(), `${this.#name}:${uuidV7Ids().next()}`)
    this.#run = run
    try {
      // Nothing of where the engine was started, a unit of work or a message, is around its handlers.
      await runInFrame(this.#domain, OUTSIDE, () => (this.#testMode ? run.untilQuiet() : run.untilStopped()))
    } finally {
      this.#run = undefined
      this.#unfinished = run.unfinished
      if (run.unfinished.length > 0 || (this.#testMode && this.#failures.length > 0)) this.#exitCode = 1
    }
  }

  /** Begins nothing more, lets running handlers finish, gives leases back. Ends a few seconds after `server.drainTimeoutSeconds` at the latest, whatever hangs. */
  async stop(): Promise<void> {
    await this.#run?.stop()
  }

  /** Stops a subscription in every process, until `resume`; it goes on from where it was. */
  async pause(subscription: string): Promise<void> {
    await this.#any().setState(subscription, 'paused')
  }

  async resume(subscription: string): Promise<void> {
    await this.#any().setState(subscription, 'running')
  }

  /** How far each worker of the domain is, whichever engine works on it. */
  status(): Promise<readonly WorkerStatus[]> {
    return this.#any().status()
  }

  /** Calls `listener` with what the engine does. What it throws becomes a process warning. Returns how to stop. */
  onTrace(listener: (trace: EngineTrace) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The same for failures, each with its error. */
  onFailure(listener: (failure: EngineFailure) => void): () => void {
    this.#failureListeners.add(listener)
    return () => this.#failureListeners.delete(listener)
  }

  /** Also without running, so that a program can look at what others do. */
  #any(): EngineRun {
    return this.#run ?? new EngineRun(this.#context(), this.#name, false)
  }

  #context(): EngineContext {
    const inside = internalsOf(this.#domain)
    const { clock, timers, random } = inside.retry
    return {
      inside,
      clock,
      timers,
      random: this.#random ?? random,
      testMode: this.#testMode,
      report: (failure) => {
        this.#failures.push(failure)
        if (!this.#testMode && this.#failures.length > MAX_FAILURES) this.#failures.shift()
        for (const listener of this.#failureListeners) tell(listener, failure)
      },
      trace: (trace) => {
        for (const listener of this.#listeners) tell(listener, trace)
      },
    }
  }
}

function tell<Told>(listener: (told: Told) => void, told: Told): void {
  try {
    listener(told)
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : new Error(String(error)))
  }
}
