import assert from 'node:assert/strict'
import type { ColumnValue, Row } from '../../ports/table.ts'
import { tamper, times } from './assertions.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { changes, inserting, loadOne, selecting } from './rows.ts'
import { sample, samples } from './schemas.ts'

const values: Readonly<Record<string, readonly ColumnValue[]>> = {
  words: [
    '',
    ' ',
    'quotes \' " ` and \\ slashes /',
    "'; drop table x; --",
    'lines\r\n\tand tabs',
    '100% _under_',
    'Ünï ✓ 😀 ﬀ',
    'x'.repeat(20_000),
  ],
  whole: [0, 1, -1, 2_147_483_648, 9_007_199_254_740_991, -9_007_199_254_740_991],
  real: [0, 0.1, -0.1, 1e-7, 1.5e300, 3, 1 / 3, 5e-324],
  amount: ['0.0000', '12.5000', '-0.0001', '12345678901234567890123456.1234', '99999999999999999999999999.9999'],
  flag: [true, false],
  day: ['2024-02-29', '1970-01-01', '1899-12-31', '9999-12-31'],
  moment: [new Date('2026-01-02T03:04:05.678Z'), new Date(0), new Date('1899-12-31T23:59:59.999Z'), new Date('2024-03-31T01:30:00.000Z')],
  data: [
    {},
    [],
    'text',
    '',
    0,
    false,
    { nested: { list: [1, [2, { three: null }]], 'key with "signs"': '😀', empty: '' } },
    [null, 0, '', false, [], {}],
    { number: 0.1, big: 9_007_199_254_740_991 },
  ],
}

export function valueConformance({ describe, test }: DatabaseSuite): void {
  describe('G9: a value comes back as it was stored', () => {
    for (const [column, stored] of Object.entries(values)) {
      test(`in the column "${column}"`, async (database) => {
        const rows = stored.map((value, at) => sample(`s${at}`, { [column]: value }))
        await database.commit(inserting(samples.table, ...rows))
        for (const row of rows) assert.deepEqual({ ...(await loadOne(database, samples, String(row.id))).row }, row)
      })
    }

    test('after an update as well, and null after a value', async (database) => {
      const full = sample('s1', Object.fromEntries(Object.entries(values).map(([column, [value = null]]) => [column, value])))
      await database.commit(inserting(samples.table, sample('s1')))
      for (const row of [full, sample('s1')]) {
        await database.commit(changes({ updates: [{ table: samples.table, id: 's1', row }] }))
        assert.deepEqual({ ...(await loadOne(database, samples, 's1')).row }, row)
      }
    })

    test('a column that was left out is null', async (database) => {
      await database.commit(inserting(samples.table, { id: 's1', words: 'here' }))
      assert.deepEqual({ ...(await loadOne(database, samples, 's1')).row }, sample('s1', { words: 'here' }))
      await database.commit(changes({ updates: [{ table: samples.table, id: 's1', row: { id: 's1', whole: 1 } }] }))
      assert.deepEqual({ ...(await loadOne(database, samples, 's1')).row }, sample('s1', { whole: 1 }))
    })

    test('a json member that is undefined is left out', async (database) => {
      await database.commit(inserting(samples.table, sample('s1', { data: { kept: 1, dropped: undefined } })))
      assert.deepEqual((await loadOne(database, samples, 's1')).row.data, { kept: 1 })
    })

    test('a primary key may have any characters', async (database) => {
      const ids = ['a b', "it's", 'ünï', '😀', '100%', '{1,2}', '"quoted"', 'back\\slash', 'NULL', '[x]', 'a,b']
      await database.commit(inserting(samples.table, ...ids.map((id) => sample(id))))
      assert.equal((await database.load(samples, ids)).length, ids.length)
      for (const id of ids) assert.equal((await loadOne(database, samples, id)).row.id, id)
    })

    test('thousands of rows at once', async (database) => {
      const rows = times(3000, (number) => sample(`s${number}`, { whole: number, data: { number } }))
      await database.commit(inserting(samples.table, ...rows))
      const loaded = await database.load(
        samples,
        rows.map((row) => String(row.id)),
      )
      assert.equal(loaded.length, 3000)
      assert.ok(loaded.every(({ row }) => row.id === `s${String(row.whole)}`))
    })
  })

  describe('G10: changing a row outside changes nothing stored', () => {
    const moment = '2026-01-02T03:04:05.678Z'
    const fresh = (): Row => sample('s1', { words: 'before', moment: new Date(moment), data: { list: [1] } })
    const meddle = (row: Row = {}) => {
      tamper(() => Object.assign(row, { words: 'after' }))
      tamper(() => (row.moment as Date).setFullYear(1999))
      tamper(() => (row.data as { list: number[] }).list.push(2))
    }

    test('neither one that was handed in', async (database) => {
      const [inserted, updated] = [fresh(), { ...fresh(), id: 's2' }]
      await database.commit(inserting(samples.table, inserted, sample('s2')))
      await database.commit(changes({ updates: [{ table: samples.table, id: 's2', row: updated }] }))
      for (const row of [inserted, updated]) {
        meddle(row)
        assert.deepEqual({ ...(await loadOne(database, samples, String(row.id))).row }, { ...fresh(), id: row.id })
      }
    })

    test('nor one that was handed out', async (database) => {
      await database.commit(inserting(samples.table, fresh()))
      meddle((await loadOne(database, samples, 's1')).row)
      meddle((await database.select(selecting(samples))).rows[0]?.row)
      assert.deepEqual({ ...(await loadOne(database, samples, 's1')).row }, fresh())
    })
  })
}
