import { describe, expect, test } from 'vitest'
import { postgresDialect } from '../../../src/adapters/postgres/postgres-dialect.ts'
import { changeSteps } from '../../../src/adapters/sql/change-steps.ts'
import type { Dialect } from '../../../src/adapters/sql/dialect.ts'
import { countSteps, existsSteps, loadSteps, selectSteps } from '../../../src/adapters/sql/read-steps.ts'
import type { StatementResult } from '../../../src/adapters/sql/statement.ts'
import type { Steps } from '../../../src/adapters/sql/steps.ts'
import { sqliteDialect } from '../../../src/adapters/sqlite/sqlite-dialect.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import { times } from '../../../src/testing/conformance/assertions.ts'
import { changes, is, selecting } from '../../../src/testing/conformance/rows.ts'
import { discount, discounts, item, items, note, notes, order, orders } from '../../../src/testing/conformance/schemas.ts'
import { flushesOf } from '../support/counting-steps.ts'

const dialects: readonly (readonly [string, Dialect])[] = [
  ['sqlite', sqliteDialect],
  ['postgres', postgresDialect({ schema: 'shop' })],
]

/** Statements of each flush. */
function shape(steps: Steps<unknown>, answers: readonly StatementResult['rows'][]): number[] {
  return flushesOf(steps, answers).map(({ length }) => length)
}

describe.each(dialects)('on %s', (name, dialect) => {
  const twoOrders = [order('o1'), order('o2')]
  const fiveItems = times(5, (place) => item(`i${place}`, place < 3 ? 'o1' : 'o2', place))

  test('W7: loading takes one query for each table, those of one level together, however many rows there are', () => {
    const answers = [twoOrders, fiveItems, [note('n1', 'o1', 0)], times(20, (at) => discount(`d${at}`, 'i1', at))]
    expect(shape(loadSteps(dialect, orders, ['o1', 'o2']), answers)).toEqual([1, 2, 1])
  })

  test('W7: a level that is empty ends it', () => {
    expect(shape(loadSteps(dialect, orders, ['o1']), [])).toEqual([1])
    expect(shape(loadSteps(dialect, orders, ['o1']), [[order('o1')]])).toEqual([1, 2])
    expect(shape(loadSteps(dialect, orders, []), [])).toEqual([])
  })

  test('a page takes one query with its total, and its children theirs', () => {
    const withTotal = selecting(orders, { withTotal: true, limit: 2, rootsOnly: true })
    expect(shape(selectSteps(dialect, withTotal), [[{ ...order('o1'), __total: 9 }]])).toEqual([1])
    expect(shape(selectSteps(dialect, selecting(orders)), [twoOrders, fiveItems])).toEqual([1, 2, 1])
    expect(shape(selectSteps(dialect, { ...withTotal, limit: 0 }), [[{ count: 9 }]])).toEqual([1])
  })

  test('W10: to know whether there is any takes one query, for one row, of no columns', () => {
    const [flush] = flushesOf(existsSteps(dialect, orders.table, is('status', 'draft')), [])
    expect(flush).toHaveLength(1)
    expect(flush?.[0]?.text).toMatch(/^SELECT 1 AS found FROM .* LIMIT 1$/)
  })

  test('a count takes one query', () => {
    expect(shape(countSteps(dialect, orders.table, EVERYTHING), [[{ count: 3 }]])).toEqual([1])
  })

  test('W7b: new rows take one flush', () => {
    const inserts = [
      { table: orders.table, rows: [order('o1')] },
      { table: items, rows: fiveItems.map((row) => ({ ...row, order_id: 'o1' })) },
      { table: discounts, rows: times(20, (at) => discount(`d${at}`, 'i1', at)) },
      { table: notes, rows: [] },
    ]
    // One statement for each table where rows travel as arrays, else one for each row.
    expect(shape(changeSteps(dialect, changes({ inserts }), new Map()), [])).toEqual([name === 'postgres' ? 3 : 26])
  })

  test('no value of a caller gets into the text of a statement', () => {
    const evil = "'; drop table x; --"
    const where = { op: 'compare', column: 'status', lookup: 'contains', value: evil } as const
    const steps = [
      loadSteps(dialect, orders, [evil]),
      selectSteps(dialect, selecting(orders, { where, orderBy: [{ column: 'status', descending: true }], after: [evil, evil] })),
      changeSteps(
        dialect,
        changes({ inserts: [{ table: orders.table, rows: [order(evil)] }], deletes: [{ table: items, id: evil }] }),
        new Map(),
      ),
    ]
    const statements = steps.flatMap((one) => flushesOf(one, []).flat())
    expect(statements.filter(({ text }) => text.includes('drop table'))).toEqual([])
    expect(statements.filter(({ values }) => JSON.stringify(values).includes('drop table'))).toHaveLength(statements.length)
  })

  test('an expression is not nested more deeply than its terms are many', () => {
    const terms = times(2000, (at) => is('status', `s${at}`))
    const [flush] = flushesOf(countSteps(dialect, orders.table, { op: 'or', terms }), [[{ count: 0 }]])
    let depth = 0
    let deepest = 0
    for (const character of flush?.[0]?.text ?? '') {
      depth += character === '(' ? 1 : character === ')' ? -1 : 0
      deepest = Math.max(deepest, depth)
    }
    expect(deepest).toBeLessThan(20)
  })
})
