import fc from 'fast-check'
import type { ChangeSet } from '../../../src/ports/change-set.ts'
import type { Criteria } from '../../../src/ports/criteria.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import type { Selection } from '../../../src/ports/database.ts'
import type { ClusterSchema, ColumnValue, Row, TableSchema } from '../../../src/ports/table.ts'
import { items, orders, people, samples, tickets } from '../../../src/testing/conformance/schemas.ts'
import { changeSets, itemId, optional, orderId, stock, stream, taken, type } from './change-arbitraries.ts'
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

/** Numbers may be lost where a set fails, so that rows which get some are always stored. */
const numbered = fc
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
  { weight: 1, arbitrary: numbered.map((changes) => ({ kind: 'change' as const, changes })) },
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

/** What is done to one database after the other. */
export const operations: fc.Arbitrary<readonly Operation[]> = fc
  .tuple(stock, fc.array(operation, { maxLength: 20, size: '+1' }))
  .map(([changes, rest]) => [{ kind: 'change', changes }, ...rest])
