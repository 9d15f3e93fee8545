import { afterAll, describe, test } from 'vitest'
import type { DatabaseHarness } from '../../src/testing/conformance/index.ts'
import { describePostgres } from '../support/postgres.ts'
import { answersAsMemory } from './support/answers-as-memory.ts'
import { answersInSomeOrder } from './support/answers-in-some-order.ts'
import { PgliteInstances } from './support/pglite-harness.ts'
import { postgresDatabase } from './support/postgres-harness.ts'
import { sqliteDatabase } from './support/sqlite-harness.ts'

/** More by PROTEAN_PROPERTY_RUNS, where there is the time. */
const RUNS = Number(process.env.PROTEAN_PROPERTY_RUNS ?? 100)
const timeout = 60_000 + RUNS * 1000

const pglite = new PgliteInstances()

afterAll(() => pglite.close())

function differentialTests(create: () => DatabaseHarness | Promise<DatabaseHarness>, runs: number): void {
  test('G9: it answers and refuses as memory does', { timeout }, () => answersAsMemory(create, runs))

  test('G9: at once, it answers and refuses as memory does in some order', { timeout }, () => answersInSomeOrder(create, runs))
}

describe('SQLite', () => differentialTests(sqliteDatabase, RUNS))

describe('PGlite', () => differentialTests(() => pglite.database(), RUNS / 4))

describePostgres('PostgreSQL', (server) => differentialTests(() => postgresDatabase(server), RUNS / 4))
