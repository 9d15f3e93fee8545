import type { SqliteSetup } from './create-database.ts'
import { SqliteEventStore } from './event-store.ts'
import { sqliteOptions } from './options.ts'
import { SqliteStore } from './store.ts'

/** Makes the event store of `[event_store]`, in a file of its own; nothing is opened. Fails with `ConfigurationError` when the entry is wrong. */
export function createEventStore({ name, settings, timers }: SqliteSetup): SqliteEventStore {
  return new SqliteEventStore(new SqliteStore({ name, timers, ...sqliteOptions('eventStore', settings) }))
}
