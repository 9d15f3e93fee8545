import { ConfigurationError } from '../errors.ts'
import { ENGINE_CLUSTERS } from '../handlers/engine-tables.ts'
import { IDEMPOTENCY_CLUSTER } from '../handlers/idempotency.ts'
import { PROCESS_STEP_CLUSTER } from '../handlers/process-history.ts'
import { SCHEDULE_CLUSTER } from '../handlers/schedule.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { STORED_KINDS } from '../model/element-ref.ts'
import type { Broker } from '../ports/broker.ts'
import type { Cache } from '../ports/cache.ts'
import type { Database } from '../ports/database.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { Logger } from '../ports/logger.ts'
import { StatementFeed } from '../ports/statement-feed.ts'
import type { ClusterSchema } from '../ports/table.ts'
import { EventForwarder } from '../unit-of-work/event-forwarder.ts'
import { EVENT_OUTBOX_CLUSTER } from '../unit-of-work/event-outbox.ts'
import { SNAPSHOT_CLUSTER } from '../unit-of-work/history/snapshot-table.ts'
import type { TableMapping } from '../unit-of-work/table-mapping.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { Timers } from '../util/runtime/timers.ts'
import { loadAdapter } from './adapter-loading.ts'
import { cachesOf } from './config/idempotency-cache.ts'
import type { Settings } from './config/schema.ts'
import { DatabaseProvider } from './database-provider.ts'
import { slowQueryLog } from './slow-queries.ts'

export interface InfrastructureSeams {
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
  mappingOf(definition: ElementDefinition): TableMapping
  /** Waits for what is being written in the background. */
  settled(): Promise<void>
  /** All elements of the domain. */
  readonly elements: readonly ElementDefinition[]
  /** Something was published to a broker in this process. */
  published(broker: string, stream: string): Promise<void>
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
  /** Brings messages to an event store of its own; undefined where events live in the databases. */
  readonly forwarder: EventForwarder | undefined
  readonly #eventStore: EventStore | undefined

  private constructor(
    databases: ReadonlyMap<string, DatabaseProvider>,
    eventStore: EventStore | undefined,
    brokers: ReadonlyMap<string, Broker>,
    caches: ReadonlyMap<string, Cache>,
    timers: Timers,
  ) {
    this.databases = databases
    this.brokers = brokers
    this.caches = caches
    this.#eventStore = eventStore
    this.forwarder = eventStore === undefined ? undefined : new EventForwarder({ store: eventStore, timers })
  }

  /** Makes and opens every configured adapter; when one cannot be reached, closes the others again and throws. */
  static async open(settings: Settings, seams: InfrastructureSeams): Promise<Infrastructure> {
    const { clock, timers, logger } = seams
    const slowQueries = slowQueryLog(logger, settings.logging)
    const databases = await made(settings.databases, async (name, entry) => {
      const statements = new StatementFeed(name)
      // In memory there is nothing to wait for.
      if (slowQueries !== undefined && entry.provider !== 'memory') statements.listen(slowQueries)
      const database = await loadAdapter('createDatabase', `databases.${name}`, { name, settings: entry, clock, timers, statements })
      return new DatabaseProvider({
        database,
        statements,
        isManaged: entry.managed !== false,
        clock,
        clusters: () => clustersOf(name, settings, seams),
        settled: seams.settled,
      })
    })
    const eventStore =
      settings.eventStore === undefined
        ? undefined
        : await loadAdapter('createEventStore', 'eventStore', { name: 'default', settings: settings.eventStore, clock, timers })
    const brokers = await made(settings.brokers, (name, entry) =>
      loadAdapter('createBroker', `brokers.${name}`, {
        name,
        settings: entry,
        clock,
        timers,
        published: (stream) => seams.published(name, stream),
      }),
    )
    const caches = await made(cachesOf(settings), (name, entry) =>
      loadAdapter('createCache', `caches.${name}`, { name, settings: entry, clock, timers }),
    )
    const infrastructure = new Infrastructure(databases, eventStore, brokers, caches, timers)
    infrastructure.#refuseWithoutEvents(seams.elements)
    try {
      for (const adapter of infrastructure.#adapters()) await adapter.open()
      await infrastructure.#refuseUnreachable()
      // What a process that died has left on its way to the event store.
      await infrastructure.forwarder?.recover([...databases.values()].map(({ database }) => database))
    } catch (error) {
      await infrastructure.close()
      throw error
    }
    return infrastructure
  }

  /** The log of messages: one of its own, or that of the default database, with which its rows commit. */
  get eventStore(): EventStore {
    return this.#eventStore ?? (this.databases.get('default')?.database.events as EventStore)
  }

  /** Where messages are: the one event store, or that of each database. */
  get eventStores(): readonly EventStore[] {
    if (this.#eventStore !== undefined) return [this.#eventStore]
    return [...this.databases.values()].flatMap(({ database }) => database.events ?? [])
  }

  /** The log that the messages of an aggregate are in. */
  eventStoreOf(aggregate: ElementDefinition): EventStore {
    return this.#eventStore ?? (this.databaseOf(aggregate).events as EventStore)
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
    await this.forwarder?.close()
    const results = await Promise.allSettled(
      this.#adapters()
        .reverse()
        .map((adapter) => adapter.close()),
    )
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
    if (failures.length > 0) throw new AggregateError(failures, 'Some adapters could not be closed.')
  }

  #adapters(): Closable[] {
    const stores = this.#eventStore === undefined ? [] : [this.#eventStore]
    return [
      ...[...this.databases.values()].map((provider) => provider.database),
      ...stores,
      ...this.brokers.values(),
      ...this.caches.values(),
    ]
  }

  #refuseWithoutEvents(elements: readonly ElementDefinition[]): void {
    if (this.#eventStore !== undefined) return
    const problems = elements
      .filter((element) => element.isEventSourced && isStored(element) && this.databaseOf(element).events === undefined)
      .map((element) => ({
        code: 'NO_EVENT_STORE',
        element: element.name,
        message: `is event-sourced, and the database "${providerOf(element)}" has no event store.`,
        fix: 'Configure [event_store], or give it a { provider } whose database has one.',
      }))
    if (problems.length > 0) throw new ConfigurationError(problems)
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

function clustersOf(provider: string, { eventStore }: Settings, seams: InfrastructureSeams): readonly ClusterSchema[] {
  const own = seams.elements.filter((element) => isStored(element) && providerOf(element) === provider)
  const tables = own.filter(({ isEventSourced }) => !isEventSourced).map((element) => seams.mappingOf(element).cluster)
  const framework = [
    ...(tables.length < own.length ? [SNAPSHOT_CLUSTER] : []),
    IDEMPOTENCY_CLUSTER,
    PROCESS_STEP_CLUSTER,
    SCHEDULE_CLUSTER,
    ...ENGINE_CLUSTERS,
    ...(eventStore === undefined ? [] : [EVENT_OUTBOX_CLUSTER]),
  ]
  return [...tables, ...framework]
}

function isStored(element: ElementDefinition): boolean {
  return STORED_KINDS.has(element.kind) && !element.isAbstract && element.options.cache === undefined
}

function providerOf(element: ElementDefinition): string {
  return (element.options.provider as string | undefined) ?? 'default'
}
