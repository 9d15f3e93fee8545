import type { StatementFeed } from '../../ports/statement-feed.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import { PostgresDatabase } from '../postgres/database.ts'
import { postgresDialect } from '../postgres/postgres-dialect.ts'
import type { PostgresSettings } from '../postgres/settings.ts'
import { sessionSettings } from '../postgres/settings.ts'
import type { PgliteDriver } from './driver.ts'
import { loadDriver } from './driver.ts'
import { directoryIn } from './location.ts'
import { PgliteClient } from './pglite-client.ts'

const MS = 1000

export interface PgliteSetup {
  readonly name: string
  /** Checked and complete: `PostgresSettings`. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly timers: Timers
  readonly statements?: StatementFeed | undefined
}

/** The database of a configured entry. Fails with `ConfigurationError` for a URI that is none; PGlite is loaded when it is opened. */
export function createDatabase({ name, settings, timers, statements }: PgliteSetup, load?: () => Promise<PgliteDriver>): PostgresDatabase {
  const { databaseUri, schema, poolTimeout = 30, statementTimeoutMs, options = {} } = settings as PostgresSettings
  const dataDir = directoryIn(databaseUri, `databases.${name}.databaseUri`)
  const client = new PgliteClient({
    options: { ...(dataDir === undefined ? {} : { dataDir }), ...options },
    session: sessionSettings(schema, statementTimeoutMs),
    timeoutMs: poolTimeout * MS,
    timers,
    statements,
    load: load ?? (() => loadDriver(name)),
  })
  return new PostgresDatabase({
    name,
    provider: 'pglite',
    client,
    dialect: postgresDialect(),
    timers,
    schema,
    durable: dataDir !== undefined,
  })
}
