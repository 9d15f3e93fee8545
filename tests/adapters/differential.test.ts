import { afterAll, test } from 'vitest'
import { describePostgres } from '../support/postgres.ts'
import { answersAsMemory } from './support/answers-as-memory.ts'
import { PgliteInstances } from './support/pglite-harness.ts'
import { postgresDatabase } from './support/postgres-harness.ts'
import { sqliteDatabase } from './support/sqlite-harness.ts'

/** More by PROTEAN_PROPERTY_RUNS, where there is the time. */
const RUNS = Number(process.env.PROTEAN_PROPERTY_RUNS ?? 100)
const timeout = 60_000 + RUNS * 1000

const pglite = new PgliteInstances()

afterAll(() => pglite.close())

test('G9: SQLite answers and refuses as memory does', { timeout }, () => answersAsMemory(sqliteDatabase, RUNS))

test('G9: PGlite answers and refuses as memory does', { timeout }, () => answersAsMemory(() => pglite.database(), RUNS / 4))

describePostgres('PostgreSQL', (server) => {
  test('G9: PostgreSQL answers and refuses as memory does', { timeout }, () => answersAsMemory(() => postgresDatabase(server), RUNS / 4))
})
