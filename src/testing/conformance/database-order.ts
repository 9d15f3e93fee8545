import assert from 'node:assert/strict'
import type { Ordering } from '../../ports/database.ts'
import type { ColumnValue } from '../../ports/table.ts'
import { refused } from './assertions.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { inserting, selectedIds } from './rows.ts'
import { sample, samples } from './schemas.ts'

const instant = (text: string) => new Date(`${text}Z`)

/** Values of a column in their order. */
const inOrder: Readonly<Record<string, readonly ColumnValue[]>> = {
  words: ['', ' ', '-', '10', '9', 'B', 'Z', '_', 'a', 'aB', 'aa', 'b', 'z', 'Ä', 'é', 'я', 'ﬀ', '\uffee', '😀', '😁'],
  whole: [-9_007_199_254_740_991, -10, -9, 0, 1, 9, 10, 9_007_199_254_740_991],
  real: [-1e300, -2.5, -0.5, 0, 1e-9, 0.5, 2, 10],
  amount: [
    '-10.0000',
    '-9.5000',
    '-0.0001',
    '0.0000',
    '0.0001',
    '9.0000',
    '10.0000',
    '12345678901234567890.0000',
    '12345678901234567890.0001',
  ],
  flag: [false, true],
  day: ['1899-12-31', '1999-12-31', '2000-01-01', '2024-02-29'],
  moment: [
    instant('1899-12-31T23:59:59.999'),
    instant('1970-01-01T00:00:00.000'),
    instant('2026-01-01T00:00:00.000'),
    instant('2026-01-01T00:00:00.001'),
  ],
}

function by(column: string, descending = false): Ordering {
  return { column, descending }
}

export function orderConformance({ describe, test }: DatabaseSuite): void {
  describe('G9: rows come in the order asked for', () => {
    for (const [column, values] of Object.entries(inOrder)) {
      test(`by the column "${column}", both ways, null last and first`, async (database) => {
        const rows = values.map((value, at) => sample(String.fromCharCode(97 + at), { [column]: value }))
        const ids = rows.map((row) => String(row.id))
        // Stored in another order than they are to come out in.
        await database.commit(
          inserting(samples.table, sample('null'), ...rows.filter((_, at) => at % 2 === 1), ...rows.filter((_, at) => at % 2 === 0)),
        )
        assert.deepEqual(await selectedIds(database, samples, { orderBy: [by(column)] }), [...ids, 'null'])
        assert.deepEqual(await selectedIds(database, samples, { orderBy: [by(column, true)] }), ['null', ...ids.reverse()])
      })
    }

    test('by the primary key when nothing else is asked for', async (database) => {
      const ids = ['', '10', '9', 'B', 'a', 'b', 'Ä', 'ﬀ', '😀']
      await database.commit(inserting(samples.table, ...[...ids].reverse().map((id) => sample(id))))
      assert.deepEqual(await selectedIds(database, samples), ids)
      assert.deepEqual(await selectedIds(database, samples, { orderBy: [by('id', true)] }), [...ids].reverse())
    })

    test('by several columns, each in its direction', async (database) => {
      const rows = [
        sample('a', { words: 'x', whole: 1 }),
        sample('b', { words: 'y', whole: 2 }),
        sample('c', { words: 'x', whole: 2 }),
        sample('d', { words: null, whole: 3 }),
        sample('e', { words: 'x', whole: null }),
      ]
      await database.commit(inserting(samples.table, ...rows))
      const ids = async (...orderBy: Ordering[]) => (await selectedIds(database, samples, { orderBy })).join('')
      assert.equal(await ids(by('words'), by('whole')), 'acebd')
      assert.equal(await ids(by('words'), by('whole', true)), 'ecabd')
      assert.equal(await ids(by('words', true), by('whole')), 'dbace')
      assert.equal(await ids(by('words', true), by('whole', true)), 'dbeca')
    })

    test('rows that are equal in it come by primary key, ascending, whatever the direction', async (database) => {
      await database.commit(inserting(samples.table, ...['c', 'a', 'd', 'b'].map((id) => sample(id, { whole: id === 'd' ? null : 1 }))))
      assert.deepEqual(await selectedIds(database, samples, { orderBy: [by('whole')] }), ['a', 'b', 'c', 'd'])
      assert.deepEqual(await selectedIds(database, samples, { orderBy: [by('whole', true)] }), ['d', 'a', 'b', 'c'])
    })

    test('an order of json, or of a column that is not there, is refused', async (database) => {
      await refused(selectedIds(database, samples, { orderBy: [by('data')] }), 'INVALID_ORDER')
      await refused(selectedIds(database, samples, { orderBy: [by('colour')] }), 'UNKNOWN_COLUMN')
    })
  })
}
