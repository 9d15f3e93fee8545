import { describe, test } from 'vitest'
import { databaseConformance, eventStoreConformance } from '../../src/testing/conformance/index.ts'
import { describePostgres } from '../support/postgres.ts'
import { postgresDatabase } from './support/postgres-harness.ts'

describePostgres('PostgreSQL', (server) => {
  describe('database', () => databaseConformance({ describe, test, create: () => postgresDatabase(server) }))

  describe('event store', () =>
    eventStoreConformance({
      describe,
      test,
      create: () => {
        const { database, dispose } = postgresDatabase(server)
        return { events: database.events, dispose }
      },
    }))
})
