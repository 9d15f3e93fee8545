import fc from 'fast-check'
import { Message } from '../../../src/messaging/message.ts'
import type { ChangeSet, RowDelete, RowInserts, RowUpdate, StreamAppend } from '../../../src/ports/change-set.ts'
import type { Row, TableSchema } from '../../../src/ports/table.ts'
import { appending, uuid } from '../../../src/testing/conformance/messages.ts'
import {
  discount,
  discounts,
  item,
  items,
  note,
  notes,
  order,
  orders,
  people,
  person,
  sample,
  samples,
} from '../../../src/testing/conformance/schemas.ts'
import { sampleRows } from './criteria-arbitraries.ts'

export const orderId = fc.constantFrom('o1', 'o2', 'o3')
export const itemId = fc.constantFrom('i1', 'i2', 'i3', 'i4')
const version = fc.constantFrom(0, 0, 0, 1, 2)
export const taken = fc.constantFrom('a', 'b', null)
export const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })

const orderRow = fc
  .record({ id: orderId, version, status: fc.constantFrom('draft', 'placed'), total: fc.constantFrom(1, 2, null) })
  .map(({ id, ...more }) => order(id, more))
const itemRow = fc.tuple(itemId, orderId, fc.nat(2)).map(([id, parent, place]) => item(id, parent, place))
const discountRow = fc.tuple(fc.constantFrom('d1', 'd2'), itemId).map(([id, parent]) => discount(id, parent, 0))
const personRow = fc
  .record({ id: fc.constantFrom('p1', 'p2', 'p3'), contact_email: taken, tenant: taken, nick_name: taken, visits: fc.nat(3) })
  .map(({ id, ...more }) => person(id, more))
/** Rows that are refused wherever they come from. */
const faultyRow: fc.Arbitrary<readonly [TableSchema, Row]> = fc.constantFrom(
  [orders.table, order('o1', { status: null })] as const,
  [samples.table, sample('s1', { words: 'a\0' })] as const,
  [samples.table, sample('s1', { whole: 2 ** 53 })] as const,
  [samples.table, sample('s1', { colour: 'red' })] as const,
)

const anyRow: fc.Arbitrary<readonly [TableSchema, Row]> = fc.oneof(
  { weight: 6, arbitrary: orderRow.map((row) => [orders.table, row] as const) },
  { weight: 6, arbitrary: itemRow.map((row) => [items, row] as const) },
  { weight: 3, arbitrary: discountRow.map((row) => [discounts, row] as const) },
  { weight: 6, arbitrary: personRow.map((row) => [people.table, row] as const) },
  { weight: 1, arbitrary: faultyRow },
)

function expecting(table: TableSchema, expectedVersion: number | undefined) {
  return table.versionColumn === undefined ? {} : { expectedVersion }
}

const deletion: fc.Arbitrary<RowDelete> = fc
  .tuple(anyRow, optional(version))
  .map(([[table, row], expected]) => ({ table, id: String(row.id), ...expecting(table, expected) }))

const update: fc.Arbitrary<RowUpdate> = fc
  .tuple(anyRow, optional(version))
  .map(([[table, row], expected]) => ({ table, id: String(row.id), row, ...expecting(table, expected) }))

/** One update for a row, and one of a table with unique values: whether one may take what another gives up is left open. */
const updates = fc.uniqueArray(update, {
  maxLength: 2,
  selector: ({ table, id }) => (table === people.table ? 'person' : `${table.name} ${id}`),
})

const newRows: fc.Arbitrary<RowInserts> = fc.oneof(
  { weight: 5, arbitrary: anyRow.map(([table, row]) => ({ table, rows: [row] })) },
  { weight: 2, arbitrary: sampleRows.map((rows) => ({ table: samples.table, rows: rows.map((row, at) => ({ ...row, id: `s${at}` })) })) },
  { weight: 1, arbitrary: fc.array(personRow, { maxLength: 3 }).map((rows) => ({ table: people.table, rows })) },
)

export const STREAMS = ['order-o1', 'order-o2', 'order:fact-o1', 'order', 'payment-é'] as const
export const stream = fc.constantFrom(...STREAMS)
export const type = fc.constantFrom('Shop.OrderPlaced.v1', 'Shop.OrderPaid.v1')

const message = (target: string): fc.Arbitrary<Message> =>
  fc
    .record({
      id: fc.nat(15),
      type,
      data: fc.constantFrom({}, { total: 1.5, note: null }, { list: ['😀', { deep: true }] }),
      correlationId: fc.option(fc.constantFrom(uuid(900), uuid(901)), { nil: undefined }),
      deadline: fc.option(fc.constant(new Date(1)), { nil: undefined }),
    })
    .map(
      ({ id, type: name, data, correlationId, deadline }) =>
        new Message(data, {
          headers: { id: uuid(id), time: new Date(0), type: name, stream: target, ...(deadline === undefined ? {} : { deadline }) },
          envelope: { specversion: '1.0' },
          domain: {
            kind: 'EVENT',
            fqn: 'shop.Event',
            streamCategory: target.split('-', 1)[0] ?? '',
            version: 1,
            asynchronous: true,
            priority: 0,
            ...(correlationId === undefined ? {} : { correlationId }),
          },
          extensions: {},
        }),
    )

const append: fc.Arbitrary<StreamAppend> = stream.chain((target) =>
  fc
    .tuple(fc.array(message(target), { maxLength: 2 }), optional(fc.integer({ min: -1, max: 2 })))
    .map(([messages, expected]) => appending(target, messages, expected)),
)

/** Often one thing alone, so that it is seen to work; and then many together, so that they are seen to fail together. */
export const changeSets: fc.Arbitrary<ChangeSet> = fc.oneof(
  deletion.map((one) => ({ deletes: [one], updates: [], inserts: [], appends: [] })),
  update.map((one) => ({ deletes: [], updates: [one], inserts: [], appends: [] })),
  newRows.map((one) => ({ deletes: [], updates: [], inserts: [one], appends: [] })),
  append.map((one) => ({ deletes: [], updates: [], inserts: [], appends: [one] })),
  fc.record({
    deletes: fc.array(deletion, { maxLength: 1 }),
    updates,
    inserts: fc.array(newRows, { maxLength: 3 }),
    appends: fc.array(append, { maxLength: 2 }),
  }),
)

/**
 * Several change sets for one moment. None deletes what is not there without noticing: two that do so, each before the other stores it, are in no order at all
 * on a database that locks rows.
 */
export const concurrentChanges: fc.Arbitrary<readonly ChangeSet[]> = fc
  .array(changeSets, { minLength: 2, maxLength: 4 })
  .map((all) => all.map((one) => ({ ...one, deletes: one.deletes.filter(({ expectedVersion }) => expectedVersion !== undefined) })))

/** Something to find, to change and to clash with. */
export const stock: fc.Arbitrary<ChangeSet> = fc
  .record({
    samples: sampleRows,
    total: fc.constantFrom(1, 2, 10, null),
    email: taken,
    messages: fc.tuple(message('order-o1'), message('order-o2')),
  })
  .map(({ samples: rows, total, email, messages: [first, second] }) => ({
    deletes: [],
    updates: [],
    inserts: [
      { table: orders.table, rows: [order('o1', { total }), order('o2', { total: 2, version: 1 })] },
      { table: items, rows: [item('i1', 'o1', 1), item('i2', 'o1', 0, { quantity: 2 }), item('i3', 'o2', 0, { quantity: null })] },
      { table: discounts, rows: [discount('d1', 'i1', 0, { code: 'a' })] },
      { table: notes, rows: [note('n1', 'o2', 0, { words: 'a' })] },
      { table: people.table, rows: [person('p1', { contact_email: email, visits: 1 }), person('p2', { tenant: 'a', nick_name: 'b' })] },
      { table: samples.table, rows },
    ],
    // An id twice is refused, and then all of it is.
    appends: [appending('order-o1', [first]), appending('order-o2', [second])],
  }))
