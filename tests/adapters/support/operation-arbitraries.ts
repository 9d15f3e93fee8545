import fc from 'fast-check'
import { Message } from '../../../src/messaging/message.ts'
import type { ChangeSet, RowDelete, RowInserts, RowUpdate, StreamAppend } from '../../../src/ports/change-set.ts'
import type { Criteria } from '../../../src/ports/criteria.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import type { Selection } from '../../../src/ports/database.ts'
import type { ClusterSchema, ColumnValue, Row, TableSchema } from '../../../src/ports/table.ts'
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
  tickets,
} from '../../../src/testing/conformance/schemas.ts'
import { orderCriteria, sampleCriteria, sampleOrder, sampleRows } from './criteria-arbitraries.ts'

/** Something done to a database or to a transaction. */
export type Step =
  | { readonly kind: 'change'; readonly changes: ChangeSet }
  | { readonly kind: 'select'; readonly selection: Selection }
  | { readonly kind: 'load'; readonly cluster: ClusterSchema; readonly ids: readonly string[] }
  | { readonly kind: 'count' | 'exists' | 'deleteWhere'; readonly table: TableSchema; readonly where: Criteria }
  | { readonly kind: 'updateWhere'; readonly table: TableSchema; readonly where: Criteria; readonly values: Row }

export type Operation =
  | Step
  | { readonly kind: 'transaction'; readonly steps: readonly Step[]; readonly last: ChangeSet; readonly ending: 'commit' | 'rollback' }
  | {
      readonly kind: 'log'
      readonly category: string | undefined
      readonly types: readonly string[] | undefined
      readonly pageSize: number
    }
  | {
      readonly kind: 'stream'
      readonly stream: string
      readonly from: number | undefined
      readonly to: number | undefined
      readonly limit: number
    }
  | { readonly kind: 'messages' }

const orderId = fc.constantFrom('o1', 'o2', 'o3')
const itemId = fc.constantFrom('i1', 'i2', 'i3', 'i4')
const version = fc.constantFrom(0, 0, 0, 1, 2)
const taken = fc.constantFrom('a', 'b', null)
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })

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

const stream = fc.constantFrom('order-o1', 'order-o2', 'order:fact-o1', 'order', 'payment-é')
const type = fc.constantFrom('Shop.OrderPlaced.v1', 'Shop.OrderPaid.v1')

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

/** Numbers may be lost where a set fails, so that rows which get some are always stored. */
const tickets1 = fc
  .array(fc.record({ number: fc.constant(null), seat: fc.constantFrom<ColumnValue>(null, null, 3) }), { minLength: 1, maxLength: 3 })
  .map((rows): ChangeSet => {
    const titled = rows.map((row, at) => ({ ...row, title: `t${at}` }))
    return { deletes: [], updates: [], inserts: [{ table: tickets.table, rows: titled }], appends: [] }
  })

const selection: fc.Arbitrary<Selection> = fc
  .record({
    cluster: fc.constantFrom(orders, people, samples, tickets),
    onOrders: orderCriteria,
    onSamples: sampleCriteria,
    order: sampleOrder,
    limit: optional(fc.nat(4)),
    offset: optional(fc.nat(3)),
    withTotal: fc.boolean(),
    rootsOnly: fc.boolean(),
    after: fc.boolean(),
    place: sampleRows,
  })
  .map(({ cluster, onOrders, onSamples, order: by, after, place, ...more }) => {
    const where = cluster === orders ? onOrders : cluster === samples ? onSamples : EVERYTHING
    const orderBy = cluster === samples ? by : []
    const [row] = place
    const isPaged = after && cluster === samples && row !== undefined
    return {
      cluster,
      where,
      orderBy,
      ...more,
      after: isPaged ? [...orderBy.map(({ column }) => row[column] ?? null), 's3'] : undefined,
    }
  })

const tableAndWhere = fc
  .tuple(orderCriteria, sampleCriteria, fc.boolean())
  .map(([onOrders, onSamples, which]) => (which ? { table: orders.table, where: onOrders } : { table: samples.table, where: onSamples }))

const patch: fc.Arbitrary<{ readonly table: TableSchema; readonly where: Criteria; readonly values: Row }> = fc.oneof(
  fc.tuple(tableAndWhere, fc.nat(5)).map(([{ table, where }, number]) => ({
    table,
    where,
    values: table === orders.table ? { total: number } : { whole: number, amount: `${number}.5000` },
  })),
  fc
    .record({ contact_email: taken, tenant: taken, visits: fc.nat(3) }, { requiredKeys: [] })
    .map((values) => ({ table: people.table, where: EVERYTHING, values })),
  fc.tuple(itemId, orderId).map(([id, parent]) => ({
    table: items,
    where: { op: 'compare', column: 'id', lookup: 'eq', value: id } as const,
    values: { order_id: parent },
  })),
  fc.constantFrom({ id: 'p9' }, { colour: 'red' }, { words: 'a\0' }).map((values) => ({ table: people.table, where: EVERYTHING, values })),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: changeSets.map((changes) => ({ kind: 'change' as const, changes })) },
  { weight: 3, arbitrary: selection.map((one) => ({ kind: 'select' as const, selection: one })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(orders, people, tickets), fc.array(fc.constantFrom('o1', 'o2', 'p1', '1', '01', 'x', '\0'), { maxLength: 4 }))
      .map(([cluster, ids]) => ({ kind: 'load' as const, cluster, ids })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('count' as const, 'exists' as const, 'deleteWhere' as const), tableAndWhere)
      .map(([kind, more]) => ({ kind, ...more })),
  },
  { weight: 2, arbitrary: patch.map((more) => ({ kind: 'updateWhere' as const, ...more })) },
)

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 12, arbitrary: step },
  { weight: 1, arbitrary: tickets1.map((changes) => ({ kind: 'change' as const, changes })) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('transaction' as const),
      steps: fc.array(step, { maxLength: 4 }),
      last: changeSets,
      ending: fc.constantFrom('commit' as const, 'rollback' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('log' as const),
      category: fc.constantFrom(undefined, 'order', 'order:fact', 'payment', 'none'),
      types: optional(fc.uniqueArray(type, { maxLength: 2 })),
      pageSize: fc.constantFrom(1, 2, 100),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('stream' as const),
      stream,
      from: optional(fc.nat(3)),
      to: optional(fc.nat(3)),
      limit: fc.constantFrom(0, 1, 100),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'messages' as const }) },
)

/** Something to find, to change and to clash with. */
const stock: fc.Arbitrary<Operation> = fc
  .record({
    samples: sampleRows,
    total: fc.constantFrom(1, 2, 10, null),
    email: taken,
    messages: fc.tuple(message('order-o1'), message('order-o2')),
  })
  .map(({ samples: rows, total, email, messages: [first, second] }) => ({
    kind: 'change',
    changes: {
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
    },
  }))

/** What is done to one database after the other. */
export const operations: fc.Arbitrary<readonly Operation[]> = fc
  .tuple(stock, fc.array(operation, { maxLength: 20, size: '+1' }))
  .map(([first, rest]) => [first, ...rest])
