/** Commits to a PGlite database in a directory until it is killed, and says what it has committed. */
import { createDatabase } from '../../../src/adapters/pglite/create-database.ts'
import { NO_CHANGES } from '../../../src/ports/change-set.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { conformanceClusters, order, orders } from '../../../src/testing/conformance/schemas.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'

const database = createDatabase({ name: 'child', settings: { databaseUri: process.argv[2] }, timers: systemTimers })
await database.open()
await database.createArtifacts(conformanceClusters)
const make = new MessageMaker()
for (let number = 0; ; number += 1) {
  await database.commit({
    ...NO_CHANGES,
    inserts: [{ table: orders.table, rows: [order(`o${number}`)] }],
    appends: [make.append(`order-${number}`, 1, { expectedVersion: -1 })],
  })
  process.stdout.write(`${number}\n`)
}
