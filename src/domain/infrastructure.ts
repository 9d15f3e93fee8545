import { ConfigurationError } from '../errors.ts'
import { IDEMPOTENCY_CLUSTER } from '../handlers/idempotency.ts'
import type { ElementDefinition } from '../model/definition.ts'
import type { Broker } from '../ports/broker.ts'
import type { Cache } from '../ports/cache.ts'
import type { Database } from '../ports/database.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { ClusterSchema } from '../ports/table.ts'
import type { TableMapping } from '../unit-of-work/table-mapping.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { Timers } from '../util/runtime/timers.ts'
import { loadAdapter } from './adapter-loading.ts'
import type { Settings } from './config/schema.ts'
import { DatabaseProvider } from './database-provider.ts'

export interface InfrastructureSeams {
  readonly clock: Clock
  readonly timers: Timers
  mappingOf(definition: ElementDefinition): TableMapping
  /** All elements of the domain. */
  readonly elements: readonly ElementDefinition[]
}

interface Closable {
  readonly name: string
  open(): Promise<void>
  close(): Promise<void>
  isAlive(): Promise<boolean>
}

/** The open adapters of an initialised domain. */
export class Infrastructure {
  readonly databases: ReadonlyMap<string, DatabaseProvider>
  readonly brokers: ReadonlyMap<string, Broker>
  readonly caches: ReadonlyMap<string, Cache>

  private constructor(
    databases: ReadonlyMap<string, DatabaseProvider>,
    brokers: ReadonlyMap<string, Broker>,
    caches: ReadonlyMap<string, Cache>,
  ) {
    this.databases = databases
    this.brokers = brokers
    this.caches = caches
  }

  /** Makes and opens every configured adapter; when one cannot be reached, closes the others again and throws. */
  static async open(settings: Settings, seams: InfrastructureSeams): Promise<Infrastructure> {
    const { clock, timers } = seams
    const databases = await made(settings.databases, async (name, entry) => {
      const database = await loadAdapter('createDatabase', 'databases', { name, settings: entry, clock, timers })
      return new DatabaseProvider(database, entry.managed !== false, () => clustersOf(name, seams))
    })
    const brokers = await made(settings.brokers, (name, entry) =>
      loadAdapter('createBroker', 'brokers', { name, settings: entry, clock, timers }),
    )
    const caches = await made(settings.caches, (name, entry) =>
      loadAdapter('createCache', 'caches', { name, settings: entry, clock, timers }),
    )
    const infrastructure = new Infrastructure(databases, brokers, caches)
    try {
      for (const adapter of infrastructure.#adapters()) await adapter.open()
      await infrastructure.#refuseUnreachable()
    } catch (error) {
      await infrastructure.close()
      throw error
    }
    return infrastructure
  }

  /** The log of messages: that of the default database, with which its rows commit. */
  get eventStore(): EventStore {
    return this.databases.get('default')?.database.events as EventStore
  }

  /** The database that stores an element. */
  databaseOf(element: ElementDefinition): Database {
    return (this.databases.get(providerOf(element)) as DatabaseProvider).database
  }

  /** The cache that keeps a projection. */
  cacheOf(element: ElementDefinition): Cache {
    return this.caches.get(element.options.cache as string) as Cache
  }

  /** Closes everything, the last opened first; one that fails does not keep the others open. */
  async close(): Promise<void> {
    const results = await Promise.allSettled(
      this.#adapters()
        .reverse()
        .map((adapter) => adapter.close()),
    )
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
    if (failures.length > 0) throw new AggregateError(failures, 'Some adapters could not be closed.')
  }

  #adapters(): Closable[] {
    return [...[...this.databases.values()].map((provider) => provider.database), ...this.brokers.values(), ...this.caches.values()]
  }

  async #refuseUnreachable(): Promise<void> {
    const alive = await Promise.all(this.#adapters().map(async (adapter) => ({ adapter, isAlive: await adapter.isAlive() })))
    const problems = alive
      .filter(({ isAlive }) => !isAlive)
      .map(({ adapter }) => ({
        code: 'ADAPTER_UNREACHABLE',
        element: adapter.name,
        message: 'does not answer.',
        fix: 'Start the server, or correct its address in the configuration.',
      }))
    if (problems.length > 0) throw new ConfigurationError(problems)
  }
}

async function made<Adapter>(
  entries: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  make: (name: string, settings: Readonly<Record<string, unknown>>) => Promise<Adapter>,
): Promise<ReadonlyMap<string, Adapter>> {
  const map = new Map<string, Adapter>()
  for (const [name, settings] of Object.entries(entries)) map.set(name, await make(name, settings))
  return map
}

function clustersOf(provider: string, seams: InfrastructureSeams): readonly ClusterSchema[] {
  const own = seams.elements.filter((element) => isStored(element) && providerOf(element) === provider)
  return [...own.map((element) => seams.mappingOf(element).cluster), IDEMPOTENCY_CLUSTER]
}

function isStored(element: ElementDefinition): boolean {
  return (element.kind === 'aggregate' || element.kind === 'projection') && !element.isAbstract && element.options.cache === undefined
}

function providerOf(element: ElementDefinition): string {
  return (element.options.provider as string | undefined) ?? 'default'
}
