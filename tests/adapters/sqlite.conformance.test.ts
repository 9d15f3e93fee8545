import { describe, test } from 'vitest'
import { databaseConformance, eventStoreConformance } from '../../src/testing/conformance/index.ts'
import { sqliteDatabase } from './support/sqlite-harness.ts'

for (const where of ['in a file', 'without one'] as const) {
  const create = () => sqliteDatabase(where)

  describe(`sqlite database ${where}`, () => databaseConformance({ describe, test, create }))

  describe(`event store of a sqlite database ${where}`, () => {
    eventStoreConformance({
      describe,
      test,
      create: async () => {
        const { database, dispose } = await create()
        return { events: database.events, dispose }
      },
    })
  })
}
