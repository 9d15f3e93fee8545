import type { Database } from '../../ports/database.ts'
import type { EventStore } from '../../ports/event-store.ts'
import type { ConformanceRunner, Suite } from './runner.ts'
import { suiteFor } from './runner.ts'
import { conformanceClusters } from './schemas.ts'

export interface DatabaseHarness {
  /** Not necessarily open, and empty: the suite opens it and creates its artifacts. */
  readonly database: Database
  dispose(): Promise<void> | void
}

export interface DatabaseConformanceOptions extends ConformanceRunner {
  /** Gives a database that shares nothing with any other, each time. */
  create(): Promise<DatabaseHarness> | DatabaseHarness
}

export interface DatabaseSuite extends Suite<Database> {
  /** For databases with transactions. */
  transactionTest(name: string, body: (database: Database) => Promise<void>): unknown
  /** For databases with an event store of their own. */
  eventsTest(name: string, body: (database: Database, events: EventStore) => Promise<void>): unknown
}

/** Every test gets an open database with its artifacts. */
export function databaseSuite(options: DatabaseConformanceOptions): DatabaseSuite {
  const suite = suiteFor(
    options,
    () => options.create(),
    async ({ database }) => {
      await database.open()
      await database.createArtifacts(conformanceClusters)
      return database
    },
  )
  return {
    ...suite,
    transactionTest: (name, body) =>
      suite.test(name, async (database, context) => {
        if (database.capabilities.transactions) await body(database)
        else context.skip('capabilities.transactions is false')
      }),
    eventsTest: (name, body) =>
      suite.test(name, async (database, context) => {
        if (database.events !== undefined) await body(database, database.events)
        else context.skip('the database has no event store of its own')
      }),
  }
}
