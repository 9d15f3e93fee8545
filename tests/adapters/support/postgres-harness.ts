import { createDatabase } from '../../../src/adapters/postgres/create-database.ts'
import type { PostgresDatabase } from '../../../src/adapters/postgres/database.ts'
import type { PostgresSettings } from '../../../src/adapters/postgres/settings.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'
import type { TestServer } from '../../support/postgres.ts'

/** No test that uses this asks what is left when the machine goes down. */
const QUICK = { options: '-c synchronous_commit=off' }

export interface PostgresHarness {
  readonly database: PostgresDatabase
  readonly schema: string
  dispose(): Promise<void>
}

export function postgresDatabase(server: TestServer, settings: PostgresSettings = {}): PostgresHarness {
  const schema = settings.schema ?? server.schema()
  const all = { databaseUri: server.uri, schema, options: { ...QUICK, application_name: schema }, ...settings }
  const database = createDatabase({ name: 'test', settings: all, timers: systemTimers })
  return {
    database,
    schema,
    async dispose() {
      await database.close()
      await database.open()
      await database.resetData()
      await database.close()
      if (settings.schema === undefined) server.giveBack(schema)
    },
  }
}
