import { afterAll, beforeAll, describe, test } from 'vitest'
import { databaseConformance, eventStoreConformance } from '../../src/testing/conformance/index.ts'
import { PgliteInstances } from './support/pglite-harness.ts'

const instances = new PgliteInstances()

beforeAll(() => instances.start(2), 60_000)
afterAll(() => instances.close())

describe('PGlite database', () => databaseConformance({ describe, test, create: () => instances.database() }))

describe('PGlite event store', () =>
  eventStoreConformance({
    describe,
    test,
    create: () => {
      const { database, dispose } = instances.database()
      return { events: database.events, dispose }
    },
  }))
