import { afterAll, describe, test } from 'vitest'
import { databaseConformance, eventStoreConformance } from '../../src/testing/conformance/index.ts'
import { PgliteInstances } from './support/pglite-harness.ts'

const instances = new PgliteInstances()

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
