import type { StatementFeed } from '../../ports/statement-feed.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import { PostgresDatabase } from './database.ts'
import { loadDriver } from './driver.ts'
import { PoolClient } from './pool-client.ts'
import { postgresDialect } from './postgres-dialect.ts'
import type { PostgresSettings } from './settings.ts'
import { poolOptions } from './settings.ts'

export interface PostgresSetup {
  readonly name: string
  /** Checked and complete: `PostgresSettings`. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly timers: Timers
  readonly statements?: StatementFeed | undefined
}

/** The database of a configured entry. Fails with `ConfigurationError` for a URI that is none; the driver is loaded when it is opened. */
export function createDatabase({ name, settings: given, timers, statements }: PostgresSetup): PostgresDatabase {
  const settings = given as PostgresSettings
  const client = new PoolClient({ pool: poolOptions(name, settings), load: () => loadDriver(name), statements })
  return new PostgresDatabase({
    name,
    provider: 'postgresql',
    client,
    dialect: postgresDialect(),
    timers,
    schema: settings.schema,
    durable: true,
  })
}
