import { internalsOf } from '../../domain/internals.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import type { Engine } from '../engine.ts'
import type { EngineTrace } from '../engine-context.ts'
import type { AdapterChecks } from './adapter-checks.ts'
import { checkAdapters } from './adapter-checks.ts'
import type { SubscriptionsSeen } from './subscription-rows.ts'
import { SubscriptionRows } from './subscription-rows.ts'

/** What one engine knows of itself. Plain data, so that it can be sent to another process. */
export interface EngineHealth {
  readonly stopping: boolean
  readonly adapters: AdapterChecks | undefined
  /** Workers that cannot do their work at the moment and are tried again after a pause; `engine` where leases cannot be looked after. */
  readonly failing: readonly string[]
  /** Workers at work in this engine, and whether their circuit is closed. Open includes half open. */
  readonly circuits: Readonly<Record<string, 'closed' | 'open'>>
  readonly subscriptions: SubscriptionsSeen | undefined
}

/** Milliseconds within which an adapter has to answer. */
const CHECK_LIMIT_MS = 2000

/** Follows an engine that is run, and says how it is when it is asked. */
export class EngineHealthWatch {
  isStopping = false
  readonly #domain: object
  readonly #timers: Timers
  readonly #rows: SubscriptionRows
  readonly #failing = new Set<string>()
  readonly #circuits = new Map<string, 'closed' | 'open'>()
  #checking: Promise<AdapterChecks> | undefined

  constructor(domain: object, engine: Engine) {
    const { clock, timers } = internalsOf(domain).retry
    this.#domain = domain
    this.#timers = timers
    this.#rows = new SubscriptionRows(() => engine.status(), clock, timers)
    engine.onTrace((trace) => this.#note(trace))
  }

  /** `withSubscriptions`: how far they are besides, which is the same for every engine of the domain. */
  async health(withSubscriptions: boolean): Promise<EngineHealth> {
    // While it stops nothing more is asked of what is being closed.
    const [adapters, subscriptions] = this.isStopping
      ? []
      : await Promise.all([this.#adapters(), withSubscriptions ? this.#rows.seen() : undefined])
    return {
      stopping: this.isStopping,
      adapters,
      failing: [...this.#failing],
      circuits: Object.fromEntries(this.#circuits),
      subscriptions,
    }
  }

  /** Who asks while others wait for an answer gets the same. */
  #adapters(): Promise<AdapterChecks> {
    this.#checking ??= checkAdapters(internalsOf(this.#domain).infrastructure, this.#timers, CHECK_LIMIT_MS).finally(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  #note({ event, worker }: EngineTrace): void {
    if (event === 'worker.failed' || event === 'engine.failed') this.#failing.add(worker)
    if (event === 'worker.started' || event === 'worker.stopped' || event === 'engine.recovered') this.#failing.delete(worker)
    if (event === 'worker.failed' || event === 'worker.stopped') this.#circuits.delete(worker)
    if (event === 'worker.started' || event === 'circuit.closed') this.#circuits.set(worker, 'closed')
    if (event === 'circuit.opened') this.#circuits.set(worker, 'open')
  }
}
