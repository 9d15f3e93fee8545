import { describe, test } from 'vitest'
import { brokerConformance, cacheConformance, databaseConformance, eventStoreConformance } from '../../src/testing/conformance/index.ts'
import { inlineBroker, memoryCache, memoryDatabase, memoryEventStore } from './support/memory-harness.ts'

describe('memory database', () => databaseConformance({ describe, test, create: memoryDatabase }))

describe('memory event store', () => eventStoreConformance({ describe, test, create: memoryEventStore }))

describe("a memory database's event store", () => {
  eventStoreConformance({
    describe,
    test,
    create: () => {
      const { database, dispose } = memoryDatabase()
      return { events: database.events, dispose }
    },
  })
})

describe('inline broker', () => brokerConformance({ describe, test, create: inlineBroker }))

describe('memory cache', () => cacheConformance({ describe, test, create: memoryCache }))
