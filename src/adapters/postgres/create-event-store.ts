import type { PostgresSetup } from './create-database.ts'
import { loadDriver } from './driver.ts'
import { PostgresEventStore } from './event-store.ts'
import { PoolClient } from './pool-client.ts'
import { postgresDialect } from './postgres-dialect.ts'
import type { PostgresSettings } from './settings.ts'
import { poolOptions } from './settings.ts'

const ELEMENT = 'eventStore'

/** The event store of `[event_store]`. Fails with `ConfigurationError` for a URI that is none; the driver is loaded when it is opened. */
export function createEventStore({ name, settings: given, timers }: PostgresSetup): PostgresEventStore {
  const settings = given as PostgresSettings
  const client = new PoolClient({ pool: poolOptions(name, settings, ELEMENT), load: () => loadDriver(name, ELEMENT) })
  return new PostgresEventStore({ name, provider: 'postgresql', client, dialect: postgresDialect(), timers, schema: settings.schema })
}
