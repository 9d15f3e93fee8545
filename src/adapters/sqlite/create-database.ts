import type { Timers } from '../../util/runtime/timers.ts'
import { SqliteDatabase } from './database.ts'
import { sqliteOptions } from './options.ts'

export interface SqliteSetup {
  readonly name: string
  /** The database's entry in the configuration. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly timers: Timers
}

/** Makes the database of a configured entry; nothing is opened. Fails with `ConfigurationError` when the entry is wrong. */
export function createDatabase({ name, settings, timers }: SqliteSetup): SqliteDatabase {
  return new SqliteDatabase({ name, timers, ...sqliteOptions(name, settings) })
}
