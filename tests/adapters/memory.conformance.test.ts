import { describe, test } from 'vitest'
import {
  brokerConformance,
  cacheConformance,
  clockConformance,
  databaseConformance,
  eventStoreConformance,
  idsConformance,
  timersConformance,
} from '../../src/testing/conformance/index.ts'
import { systemClock } from '../../src/util/runtime/clock.ts'
import { uuidV7Ids } from '../../src/util/runtime/ids.ts'
import { ManualTime } from './support/manual-time.ts'
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

describe('system clock', () => clockConformance({ describe, test, create: () => ({ clock: systemClock }) }))

describe('UUID version 7 ids', () => idsConformance({ describe, test, create: () => ({ ids: uuidV7Ids() }) }))

describe('manual time', () => {
  clockConformance({ describe, test, create: () => ({ clock: new ManualTime() }) })
  timersConformance({
    describe,
    test,
    create: () => {
      const time = new ManualTime()
      return { timers: time, advance: (ms) => time.advance(ms) }
    },
  })
})
