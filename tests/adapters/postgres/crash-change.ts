import type { ChangeSet } from '../../../src/ports/change-set.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { item, items, order, orders, people, person } from '../../../src/testing/conformance/schemas.ts'

/** What is there before. */
export const before: ChangeSet = {
  deletes: [],
  updates: [],
  inserts: [
    { table: orders.table, rows: [order('o1')] },
    { table: items, rows: [item('i1', 'o1', 0), item('i2', 'o1', 1)] },
  ],
  appends: [new MessageMaker().append('order-o1', 1, { expectedVersion: -1 })],
}

/** A change of every kind, the same each time it is made. */
export function change(): ChangeSet {
  const make = new MessageMaker()
  make.message('order-o1')
  return {
    deletes: [{ table: items, id: 'i2' }],
    updates: [
      { table: orders.table, id: 'o1', expectedVersion: 0, row: order('o1', { version: 1, status: 'placed' }) },
      { table: items, id: 'i1', row: item('i1', 'o1', 0, { quantity: 9 }) },
    ],
    inserts: [{ table: people.table, rows: [person('p1', { contact_email: 'ann@example.com' })] }],
    appends: [make.append('order-o1', 2, { expectedVersion: 0 }), make.append('payment-1', 1, { expectedVersion: -1 })],
  }
}
