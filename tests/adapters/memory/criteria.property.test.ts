import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MemoryDatabase } from '../../../src/adapters/memory/database.ts'
import { NO_CHANGES } from '../../../src/ports/change-set.ts'
import type { Criteria } from '../../../src/ports/criteria.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import type { Ordering } from '../../../src/ports/database.ts'
import type { ClusterSchema, ColumnValue, Row } from '../../../src/ports/table.ts'
import { discount, discounts, item, items, note, notes, order, orders, samples } from '../../../src/testing/conformance/schemas.ts'
import type { ArbitraryOrder } from '../support/criteria-arbitraries.ts'
import { arbitraryOrders, orderCriteria, sampleCriteria, sampleOrder, sampleRows } from '../support/criteria-arbitraries.ts'
import type { NaiveRow } from '../support/naive-criteria.ts'
import { naivelyMeets, naiveOrder } from '../support/naive-criteria.ts'

async function holding(rows: readonly Row[]): Promise<MemoryDatabase> {
  const database = new MemoryDatabase({ name: 'test' })
  await database.open()
  await database.commit({ ...NO_CHANGES, inserts: [{ table: samples.table, rows }] })
  return database
}

async function idsOf(
  database: MemoryDatabase,
  cluster: ClusterSchema,
  where: Criteria,
  orderBy: readonly Ordering[] = [],
): Promise<ColumnValue[]> {
  const { rows } = await database.select({ cluster, where, orderBy, rootsOnly: true })
  return rows.map(({ row }) => row.id ?? null)
}

const not = (term: Criteria): Criteria => ({ op: 'not', term })

describe('criteria', () => {
  test('find the rows that a plain reading of the port finds', async () => {
    await fc.assert(
      fc.asyncProperty(sampleRows, sampleCriteria, async (rows, where) => {
        const expected = rows.filter((row) => naivelyMeets(samples.table, { row }, where)).map(({ id }) => id)
        const database = await holding(rows)
        expect(await idsOf(database, samples, where)).toEqual(expected)
        expect(await database.count(samples.table, where)).toBe(expected.length)
        expect(await database.exists(samples.table, where)).toBe(expected.length > 0)
      }),
      { numRuns: 2000 },
    )
  })

  test('find the same within a transaction that wrote some of the rows', async () => {
    await fc.assert(
      fc.asyncProperty(sampleRows, sampleRows, sampleCriteria, async (before, after, where) => {
        const database = await holding(before)
        const transaction = await database.begin()
        const known = before.length
        await transaction.apply({
          ...NO_CHANGES,
          deletes: before.slice(after.length).map(({ id }) => ({ table: samples.table, id: String(id) })),
          updates: after.slice(0, known).map((row) => ({ table: samples.table, id: String(row.id), row })),
          inserts: [{ table: samples.table, rows: after.slice(known) }],
        })
        const expected = after.filter((row) => naivelyMeets(samples.table, { row }, where)).map(({ id }) => id)
        const { rows } = await transaction.select({ cluster: samples, where, orderBy: [] })
        expect(rows.map(({ row }) => row.id)).toEqual(expected)
        const untouched = before.filter((row) => naivelyMeets(samples.table, { row }, where)).map(({ id }) => id)
        expect(await idsOf(database, samples, where)).toEqual(untouched)
      }),
    )
  })

  test('obey De Morgan and the double negation', async () => {
    await fc.assert(
      fc.asyncProperty(sampleRows, sampleCriteria, sampleCriteria, async (rows, left, right) => {
        const database = await holding(rows)
        const ids = (where: Criteria) => idsOf(database, samples, where)
        expect(await ids(not({ op: 'and', terms: [left, right] }))).toEqual(await ids({ op: 'or', terms: [not(left), not(right)] }))
        expect(await ids(not({ op: 'or', terms: [left, right] }))).toEqual(await ids({ op: 'and', terms: [not(left), not(right)] }))
        expect(await ids(not(not(left)))).toEqual(await ids(left))
        expect((await ids(left)).length + (await ids(not(left))).length).toBe(rows.length)
      }),
      { numRuns: 500 },
    )
  })

  test('find rows by their children at any depth', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryOrders, orderCriteria, async (contents, where) => {
        const database = await holding([])
        await database.commit({ ...NO_CHANGES, inserts: insertsOf(contents) })
        const expected = contents.flatMap((one, at) => (naivelyMeets(orders.table, naiveOrderRow(one, at), where) ? [`o${at}`] : []))
        expect(await idsOf(database, orders, where)).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })
})

describe('order', () => {
  test('is that of a plain reading of the port, and keyset pages cut it up', async () => {
    await fc.assert(
      fc.asyncProperty(sampleRows, sampleOrder, fc.integer({ min: 1, max: 4 }), async (rows, orderBy, limit) => {
        const database = await holding(rows)
        const expected = [...rows].sort((left, right) => inOrder(left, right, orderBy)).map(({ id }) => id)
        expect(await idsOf(database, samples, EVERYTHING, orderBy)).toEqual(expected)

        const walked: unknown[] = []
        for (let after: readonly ColumnValue[] | undefined; walked.length <= rows.length; ) {
          const page = (await database.select({ cluster: samples, where: EVERYTHING, orderBy, limit, after })).rows
          const last = page.at(-1)?.row
          if (last === undefined) break
          walked.push(...page.map(({ row }) => row.id))
          after = [...orderBy.map(({ column }) => last[column] ?? null), last.id ?? null]
        }
        expect(walked).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })
})

function inOrder(left: Row, right: Row, orderBy: readonly Ordering[]): number {
  for (const { column, descending } of [...orderBy, { column: 'id', descending: false }]) {
    const [a = null, b = null] = [left[column], right[column]]
    const { type } = samples.table.columns.find(({ name }) => name === column)!
    const ascending = a === null || b === null ? Number(a === null) - Number(b === null) : naiveOrder(type, a, b)
    if (ascending !== 0) return descending ? -ascending : ascending
  }
  return 0
}

function insertsOf(contents: readonly ArbitraryOrder[]) {
  const rowsOf = (make: (one: ArbitraryOrder, at: number) => readonly Row[]) => contents.flatMap(make)
  return [
    { table: orders.table, rows: rowsOf(({ total }, at) => [order(`o${at}`, { total })]) },
    {
      table: items,
      rows: rowsOf((one, at) => one.items.map(({ quantity }, place) => item(`o${at}i${place}`, `o${at}`, place, { quantity }))),
    },
    {
      table: discounts,
      rows: rowsOf((one, at) =>
        one.items.flatMap(({ codes }, place) => codes.map((code, n) => discount(`o${at}i${place}d${n}`, `o${at}i${place}`, n, { code }))),
      ),
    },
    { table: notes, rows: rowsOf((one, at) => one.notes.map((words, place) => note(`o${at}n${place}`, `o${at}`, place, { words }))) },
  ]
}

function naiveOrderRow(one: ArbitraryOrder, at: number): NaiveRow {
  return {
    row: order(`o${at}`, { total: one.total }),
    children: {
      [items.name]: one.items.map(({ quantity, codes }) => ({
        row: { quantity },
        children: { [discounts.name]: codes.map((code) => ({ row: { code } })) },
      })),
      [notes.name]: one.notes.map((words) => ({ row: { words } })),
    },
  }
}
