/** Commits one change set to the file and dies by SIGKILL just before its n-th statement: `node killed-writer.ts <file> <n>`. Exits with 0 when there is none. */
import { StatementSync } from 'node:sqlite'
import { createDatabase } from '../../../src/adapters/sqlite/create-database.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { item, items, order, orders, tickets } from '../../../src/testing/conformance/schemas.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'

const [path, dieAt] = process.argv.slice(2)
const settings = { databaseUri: `sqlite:///${path}`, options: { synchronous: 'normal' } }
const database = createDatabase({ name: 'shop', settings, timers: systemTimers })
await database.open()

let statements = 0
for (const name of ['run', 'all'] as const) {
  const execute = StatementSync.prototype[name] as (...values: unknown[]) => unknown
  Object.defineProperty(StatementSync.prototype, name, {
    value: function (this: StatementSync, ...values: unknown[]) {
      statements += 1
      if (statements === Number(dieAt)) process.kill(process.pid, 'SIGKILL')
      return execute.apply(this, values)
    },
  })
}

await database.commit({
  deletes: [{ table: items, id: 'i1' }],
  updates: [{ table: orders.table, id: 'o1', expectedVersion: 0, row: order('o1', { version: 1, status: 'placed' }) }],
  inserts: [
    { table: items, rows: [item('i2', 'o1', 0), item('i3', 'o1', 1)] },
    { table: tickets.table, rows: [{ number: null, title: 'first', seat: null }] },
  ],
  appends: [new MessageMaker().append('order-o1', 2, { expectedVersion: -1 })],
})
await database.close()
