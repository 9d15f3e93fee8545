import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileLookup, compileSelect } from '../../../src/adapters/sql/compile-select.ts'
import { compileDeletes, compileUpdates } from '../../../src/adapters/sql/compile-writes.ts'
import type { Statement } from '../../../src/adapters/sql/statement.ts'
import { headOf, lastOfStream, ofCorrelation, ofLog, ofStream, streamsOf, withId } from '../../../src/adapters/sqlite/message-statements.ts'
import { sqliteDialect } from '../../../src/adapters/sqlite/sqlite-dialect.ts'
import { registerFunctions } from '../../../src/adapters/sqlite/sqlite-functions.ts'
import { compare } from '../../../src/testing/conformance/criteria-cases.ts'
import { conformanceClusters } from '../../../src/testing/conformance/index.ts'
import { is, selecting } from '../../../src/testing/conformance/rows.ts'
import { items, order, orders, people } from '../../../src/testing/conformance/schemas.ts'
import { SqliteFile } from '../support/sqlite-file.ts'

let file: SqliteFile
let driver: DatabaseSync

beforeAll(async () => {
  file = await SqliteFile.make()
  await (await file.open()).createArtifacts(conformanceClusters)
  driver = new DatabaseSync(file.path)
  registerFunctions(driver)
})

afterAll(async () => {
  driver.close()
  await file.remove()
})

/** What SQLite means to do: `SEARCH` by an index, or `SCAN` of a whole table. */
function planOf({ text, values }: Statement): string {
  const steps = driver.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...(values as (string | number | null)[]))
  return steps.map(({ detail }) => String(detail)).join('; ')
}

const selection = (more: Parameters<typeof selecting>[1], cluster = orders) => compileSelect(sqliteDialect, selecting(cluster, more))

describe('what is asked often is found by an index', () => {
  const statements: readonly (readonly [what: string, statement: () => Statement])[] = [
    ['a row by its key', () => compileLookup(sqliteDialect, orders.table, 'id', ['o1'])],
    ['rows by their keys', () => compileLookup(sqliteDialect, orders.table, 'id', ['o1', 'o2'])],
    ['children of one parent', () => compileLookup(sqliteDialect, items, 'order_id', ['o1'])],
    ['children of many parents', () => compileLookup(sqliteDialect, items, 'order_id', ['o1', 'o2'])],
    ['a row by a unique column', () => selection({ where: is('contact_email', 'a') }, people)],
    ['rows by a declared index', () => selection({ where: is('status', 'draft') })],
    ['rows by the beginning of a text', () => selection({ where: compare('status', 'startsWith', 'dra') })],
    ['rows that have certain children', () => selection({ where: { op: 'some', child: items, where: is('order_id', 'o1') } })],
    ['the next page by key', () => selection({ after: ['o1'], limit: 10 })],
    [
      'the next page by an indexed column',
      () => selection({ orderBy: [{ column: 'status', descending: false }], after: ['a', 'o1'], limit: 10 }),
    ],
    [
      'a row to update',
      () => compileUpdates(sqliteDialect, orders.table, [{ table: orders.table, id: 'o1', expectedVersion: 0, row: order('o1') }])[0]!,
    ],
    ['rows to delete', () => compileDeletes(sqliteDialect, orders.table, ['o1', 'o2'])[0]!],
    ['a stream', () => ofStream('order-1', 0, 10, 100)],
    ['the last message of a stream', () => lastOfStream('order-1')],
    ['W23: a page of a category', () => ofLog({ category: 'order', after: 5 }, 100)],
    ['W23: a page of everything', () => ofLog({ after: 5 }, 100)],
    ['W13b: the end of a category', () => headOf('order')],
    ['the end of everything', () => headOf(undefined)],
    ['a message by its id', () => withId('m1')],
    ['W14, R2.27: messages of a correlation', () => ofCorrelation('c1')],
    ['the streams of a category', () => streamsOf('order')],
  ]
  test.each(statements)('%s', (_, statement) => {
    // The list of a parameter is no table.
    const plan = planOf(statement()).replaceAll(/SCAN json_each[^;]*/g, '')
    expect(plan).toMatch(/SEARCH/)
    if (!plan.includes('CORRELATED')) expect(plan).not.toMatch(/SCAN/)
  })
})

test('children of one parent, pages by key, and logs need no sorting', () => {
  const statements = [
    compileLookup(sqliteDialect, items, 'order_id', ['o1']),
    selection({ limit: 10, after: ['o1'] }),
    ofLog({ category: 'order', after: 5 }, 100),
    ofCorrelation('c1'),
    streamsOf('order'),
  ]
  // The last step of an index that has the rest in order is sorted in groups of the same place.
  for (const statement of statements) expect(planOf(statement)).not.toMatch(/TEMP B-TREE FOR ORDER BY/)
})
