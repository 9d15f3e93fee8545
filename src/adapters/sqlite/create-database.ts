import type { StatementFeed } from '../../ports/statement-feed.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import { SqliteDatabase } from './database.ts'
import { sqliteOptions } from './options.ts'

export interface SqliteSetup {
  readonly name: string
  /** The database's entry in the configuration. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly timers: Timers
  readonly statements?: StatementFeed | undefined
}

/** Makes the database of a configured entry; nothing is opened. Fails with `ConfigurationError` when the entry is wrong. */
export function createDatabase({ name, settings, timers, statements }: SqliteSetup): SqliteDatabase {
  return new SqliteDatabase({ name, timers, statements, ...sqliteOptions(`databases.${name}`, settings) })
}
