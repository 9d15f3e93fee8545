import { InlineBroker } from '../adapters/memory/broker.ts'
import { MemoryCache } from '../adapters/memory/cache.ts'
import { MemoryDatabase } from '../adapters/memory/database.ts'
import { MemoryEventStore } from '../adapters/memory/event-store.ts'
import { ConfigurationError } from '../errors.ts'
import type { Broker } from '../ports/broker.ts'
import type { Cache } from '../ports/cache.ts'
import type { Database } from '../ports/database.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { StatementFeed } from '../ports/statement-feed.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { Timers } from '../util/runtime/timers.ts'
import { isModuleSpecifier } from './config/providers.ts'

/** What an adapter's factory is given. `settings` is its entry in the configuration, complete and frozen. */
export interface AdapterSetup {
  readonly name: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly clock: Clock
  readonly timers: Timers
  /** Only for databases: where to report what is sent to the server, so that it can be asserted on and slow statements be logged. */
  readonly statements?: StatementFeed | undefined
  /** For a broker inside this process: to be awaited by `publish` when the stream has what was published. What it throws is for the publisher. */
  readonly published?: (stream: string) => Promise<void>
}

/** What the module named as a `provider` exports: a factory for each kind of adapter that it has. */
export interface AdapterModule {
  readonly createDatabase?: (setup: AdapterSetup) => Database
  /** A store of its own, not that of a database. */
  readonly createEventStore?: (setup: AdapterSetup) => EventStore
  readonly createBroker?: (setup: AdapterSetup) => Broker
  readonly createCache?: (setup: AdapterSetup) => Cache
}

const MEMORY: AdapterModule = {
  createDatabase: ({ name, statements }) => new MemoryDatabase({ name, statements }),
  createEventStore: ({ name }) => new MemoryEventStore({ name }),
  createBroker: ({ name, clock, timers, published }) => new InlineBroker({ name, clock, timers, published }),
  createCache: ({ name, clock, settings }) => new MemoryCache({ name, clock, defaultTtlMs: (settings.ttl as number) * 1000 }),
}

const BUILT_IN: Readonly<Record<string, AdapterModule>> = { memory: MEMORY, inline: MEMORY }

/** Loaded when they are configured, so that nobody loads a driver that is not used. */
const LAZY: Readonly<Record<string, () => Promise<AdapterModule>>> = {
  sqlite: () => import('../adapters/sqlite/create-database.ts'),
  postgresql: () => import('../adapters/postgres/create-database.ts'),
  pglite: () => import('../adapters/pglite/create-database.ts'),
  redis: () => import('../adapters/redis/create-adapters.ts'),
  redis_pubsub: () => import('../adapters/redis/create-pubsub.ts'),
}

const LAZY_EVENT_STORES: Readonly<Record<string, () => Promise<AdapterModule>>> = {
  sqlite: () => import('../adapters/sqlite/create-event-store.ts'),
  postgresql: () => import('../adapters/postgres/create-event-store.ts'),
  message_db: () => import('../adapters/message-db/create-event-store.ts'),
}

/** Makes the adapter of one configured entry, which stands at `element`. Throws `ConfigurationError` when the provider cannot be loaded or has no such adapter. */
export async function loadAdapter<Kind extends keyof AdapterModule>(
  kind: Kind,
  element: string,
  setup: AdapterSetup,
): Promise<ReturnType<NonNullable<AdapterModule[Kind]>>> {
  const provider = setup.settings.provider as string
  const lazy = kind === 'createEventStore' ? LAZY_EVENT_STORES : LAZY
  const module = BUILT_IN[provider] ?? (await (lazy[provider]?.() ?? importAdapter(provider, element)))
  const create = module[kind] as ((setup: AdapterSetup) => ReturnType<NonNullable<AdapterModule[Kind]>>) | undefined
  if (create !== undefined) return create(setup)
  throw new ConfigurationError({
    code: 'ADAPTER_KIND_MISSING',
    element,
    message: `names the provider ${provider}, which has no ${kind}().`,
    fix: `Choose another provider, or export ${kind} from ${provider}.`,
  })
}

async function importAdapter(provider: string, element: string): Promise<AdapterModule> {
  if (!isModuleSpecifier(provider)) {
    throw new ConfigurationError({
      code: 'PROVIDER_NOT_AVAILABLE',
      element,
      message: `names the provider ${provider}, which this release does not have yet.`,
      fix: 'Use memory, sqlite, postgresql or pglite (databases), memory, sqlite, postgresql or message_db (the event store), memory or redis (caches), inline, redis or redis_pubsub (brokers), or a module that exports an adapter.',
    })
  }
  try {
    return (await import(/* @vite-ignore */ provider)) as AdapterModule
  } catch (cause) {
    throw new ConfigurationError(
      {
        code: 'PROVIDER_NOT_LOADED',
        element,
        message: `names the module ${provider}, which could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}.`,
        fix: `Install it (npm install ${provider}), or correct its name.`,
      },
      { cause },
    )
  }
}
