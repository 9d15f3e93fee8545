import assert from 'node:assert/strict'
import type { Database, Ordering } from '../../ports/database.ts'
import type { ColumnValue } from '../../ports/table.ts'
import { refused, times } from './assertions.ts'
import { compare } from './criteria-cases.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { changes, inserting, selectedIds, selecting } from './rows.ts'
import { sample, samples } from './schemas.ts'

/** Rows `a` to `j`, numbered from 0; some without words, some without moment, several alike. */
async function stock(database: Database): Promise<void> {
  const rows = [...'abcdefghij'].map((id, whole) =>
    sample(id, {
      whole,
      words: whole % 4 === 3 ? null : whole % 2 === 0 ? 'even' : '😀dd',
      moment: whole % 3 === 0 ? null : new Date(Date.UTC(2026, 0, 1 + (whole % 3))),
      amount: `${whole % 2}.5000`,
      flag: whole < 5,
    }),
  )
  await database.commit(inserting(samples.table, ...rows))
}

/** Walks all rows in keyset pages. */
async function walk(database: Database, orderBy: readonly Ordering[], limit: number): Promise<ColumnValue[]> {
  const ids: ColumnValue[] = []
  let after: readonly ColumnValue[] | undefined
  while (ids.length < 100) {
    const { rows } = await database.select(selecting(samples, { orderBy, limit, after }))
    const last = rows.at(-1)
    if (last === undefined) return ids
    ids.push(...rows.map(({ row }) => row.id ?? null))
    after = [...orderBy.map(({ column }) => last.row[column] ?? null), last.row.id ?? null]
  }
  return ids
}

export function pagingConformance({ describe, test }: DatabaseSuite): void {
  describe('G9: a page holds what was asked for', () => {
    test('limit and offset', async (database) => {
      await stock(database)
      const ids = async (limit?: number, offset?: number) => (await selectedIds(database, samples, { limit, offset })).join('')
      assert.equal(await ids(3), 'abc')
      assert.equal(await ids(3, 2), 'cde')
      assert.equal(await ids(5, 8), 'ij')
      assert.equal(await ids(undefined, 7), 'hij')
      assert.equal(await ids(3, 10), '')
      assert.equal(await ids(3, 0), 'abc')
      assert.equal(await ids(1000), 'abcdefghij')
    })

    test('a limit of 0 means none', async (database) => {
      await stock(database)
      assert.deepEqual(await database.select(selecting(samples, { limit: 0 })), { rows: [] })
      assert.deepEqual(await database.select(selecting(samples, { limit: 0, withTotal: true })), { rows: [], total: 10 })
    })

    test('no limit means all', async (database) => {
      await database.commit(inserting(samples.table, ...times(1500, (number) => sample(`s${number}`))))
      assert.equal((await selectedIds(database, samples)).length, 1500)
    })

    test('the total counts all matches, when it is asked for', async (database) => {
      await stock(database)
      const where = compare('flag', 'eq', true)
      const totalOf = async (more: object) => (await database.select(selecting(samples, { where, withTotal: true, ...more }))).total
      assert.equal(await totalOf({}), 5)
      assert.equal(await totalOf({ limit: 2 }), 5)
      assert.equal(await totalOf({ limit: 2, offset: 4 }), 5)
      assert.equal(await totalOf({ offset: 9 }), 5)
      assert.equal(await totalOf({ after: ['c'] }), 5)
      assert.equal((await database.select(selecting(samples, { where, limit: 2 }))).total, undefined)
    })

    test('limits that are no numbers of rows are refused', async (database) => {
      for (const page of [{ limit: -1 }, { limit: 1.5 }, { offset: -1 }, { limit: Number.NaN }, { after: [] }, { after: ['a', 'b'] }]) {
        await refused(database.select(selecting(samples, page)), 'INVALID_PAGE')
      }
    })
  })

  describe('G9: keyset pages give every row once', () => {
    const directions: readonly (readonly boolean[])[] = [
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ]
    const columns = [['words'], ['moment'], ['amount'], ['flag'], ['words', 'moment'], ['moment', 'whole'], ['id'], []]

    for (const names of columns) {
      test(`by ${names.length === 0 ? 'primary key' : names.join(' and ')}, in every direction and page size`, async (database) => {
        await stock(database)
        for (const descending of directions) {
          const orderBy = names.map((column, at) => ({ column, descending: descending[at] === true }))
          const all = await selectedIds(database, samples, { orderBy })
          assert.equal(all.length, 10)
          for (const limit of [1, 3, 10]) assert.deepEqual(await walk(database, orderBy, limit), all, JSON.stringify({ orderBy, limit }))
        }
      })
    }

    test('also after a row that is no longer there, or never was', async (database) => {
      await stock(database)
      await database.commit(changes({ deletes: [{ table: samples.table, id: 'c' }] }))
      assert.deepEqual(await selectedIds(database, samples, { after: ['c'], limit: 2 }), ['d', 'e'])
      assert.deepEqual(await selectedIds(database, samples, { after: ['bb'], limit: 2 }), ['d', 'e'])
      const orderBy = [{ column: 'whole', descending: true }]
      assert.deepEqual(await selectedIds(database, samples, { orderBy, after: [2, 'c'] }), ['b', 'a'])
    })

    test('with criteria, and an offset that counts from there', async (database) => {
      await stock(database)
      const where = compare('whole', 'gte', 4)
      assert.deepEqual(await selectedIds(database, samples, { where, after: ['c'], limit: 2 }), ['e', 'f'])
      assert.deepEqual(await selectedIds(database, samples, { where, after: ['e'], offset: 1, limit: 2 }), ['g', 'h'])
    })
  })
}
