import { InlineBroker } from '../adapters/memory/broker.ts'
import { MemoryCache } from '../adapters/memory/cache.ts'
import { MemoryDatabase } from '../adapters/memory/database.ts'
import { ConfigurationError } from '../errors.ts'
import type { Broker } from '../ports/broker.ts'
import type { Cache } from '../ports/cache.ts'
import type { Database } from '../ports/database.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { Timers } from '../util/runtime/timers.ts'
import { isModuleSpecifier } from './config/providers.ts'

/** What an adapter's factory is given. `settings` is its entry in the configuration, complete and frozen. */
export interface AdapterSetup {
  readonly name: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly clock: Clock
  readonly timers: Timers
}

/** What the module named as a `provider` exports: a factory for each kind of adapter that it has. */
export interface AdapterModule {
  readonly createDatabase?: (setup: AdapterSetup) => Database
  readonly createBroker?: (setup: AdapterSetup) => Broker
  readonly createCache?: (setup: AdapterSetup) => Cache
}

const MEMORY: AdapterModule = {
  createDatabase: ({ name }) => new MemoryDatabase({ name }),
  createBroker: ({ name, clock, timers }) => new InlineBroker({ name, clock, timers }),
  createCache: ({ name, clock, settings }) => new MemoryCache({ name, clock, defaultTtlMs: (settings.ttl as number) * 1000 }),
}

const BUILT_IN: Readonly<Record<string, AdapterModule>> = { memory: MEMORY, inline: MEMORY }

/** Loaded when they are configured, so that nobody loads a driver that is not used. */
const LAZY: Readonly<Record<string, () => Promise<AdapterModule>>> = {
  sqlite: () => import('../adapters/sqlite/create-database.ts'),
  postgresql: () => import('../adapters/postgres/create-database.ts'),
  pglite: () => import('../adapters/pglite/create-database.ts'),
  redis: () => import('../adapters/redis/create-adapters.ts'),
}

/** Makes the adapter of one configured entry. Throws `ConfigurationError` when the provider cannot be loaded or has no such adapter. */
export async function loadAdapter<Kind extends keyof AdapterModule>(
  kind: Kind,
  section: string,
  setup: AdapterSetup,
): Promise<ReturnType<NonNullable<AdapterModule[Kind]>>> {
  const provider = setup.settings.provider as string
  const module = BUILT_IN[provider] ?? (await (LAZY[provider]?.() ?? importAdapter(provider, `${section}.${setup.name}`)))
  const create = module[kind] as ((setup: AdapterSetup) => ReturnType<NonNullable<AdapterModule[Kind]>>) | undefined
  if (create !== undefined) return create(setup)
  throw new ConfigurationError({
    code: 'ADAPTER_KIND_MISSING',
    element: `${section}.${setup.name}`,
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
      fix: 'Use memory, sqlite, postgresql or pglite (databases), memory or redis (caches), inline or redis (brokers), or a module that exports an adapter.',
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
