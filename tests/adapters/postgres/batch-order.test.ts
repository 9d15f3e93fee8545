import { test } from 'vitest'
import type { Database } from '../../../src/ports/database.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { changes } from '../../../src/testing/conformance/rows.ts'
import { describePostgres } from '../../support/postgres.ts'
import { answersInSomeOrder } from '../support/answers-in-some-order.ts'
import { concurrentChanges } from '../support/change-arbitraries.ts'
import { postgresDatabase } from '../support/postgres-harness.ts'

const RUNS = Number(process.env.PROTEAN_PROPERTY_RUNS ?? 100) / 2

/** A commit that is under way for a while, and refused in the end. */
function refused(database: Database): Promise<unknown> {
  const append = new MessageMaker().append('refused', 1, { expectedVersion: 99 })
  return database.commit(changes({ appends: [append] })).catch(() => undefined)
}

/** What deletes goes by itself. */
const withoutDeletes = concurrentChanges.map((all) => all.map((one) => ({ ...one, deletes: [] })))

describePostgres('a batch of random commits, many of them in conflict', (server) => {
  test('has the outcome of one after the other in some order', { timeout: 60_000 + RUNS * 1000 }, () =>
    answersInSomeOrder(() => postgresDatabase(server), RUNS, { before: refused, changes: withoutDeletes }),
  )
})
