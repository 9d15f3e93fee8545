import assert from 'node:assert/strict'
import { ValidationError } from '../../errors.ts'
import { EVERYTHING } from '../../ports/criteria.ts'
import type { ColumnValue } from '../../ports/table.ts'
import { refused } from './assertions.ts'
import { compare } from './criteria-cases.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { changes, inserting, selectedIds } from './rows.ts'
import { order, orders, people, person, sample, samples } from './schemas.ts'

const HALF_A_PAIR = '\ud83d'

const unstorable: readonly (readonly [what: string, column: string, value: ColumnValue, path: string])[] = [
  ['the character U+0000', 'words', 'a\0b', 'words'],
  ['half of a surrogate pair', 'words', `a${HALF_A_PAIR}b`, 'words'],
  ['the other half', 'words', '\ude00', 'words'],
  ['either within json', 'data', { list: ['fine', { name: '\0' }] }, 'data.list[1].name'],
  ['either in a key of json', 'data', { [HALF_A_PAIR]: 1 }, 'data'],
  ['a whole number beyond 2^53', 'whole', 9_007_199_254_740_992, 'whole'],
  ['a fraction where whole numbers belong', 'whole', 1.5, 'whole'],
  ['no number at all', 'real', Number.NaN, 'real'],
  ['an infinite number', 'real', Number.POSITIVE_INFINITY, 'real'],
  ['an infinite number within json', 'data', [Number.NEGATIVE_INFINITY], 'data[0]'],
  ['a decimal that is none', 'amount', '1e5', 'amount'],
  ['a decimal of more than a thousand digits', 'amount', '1'.repeat(1001), 'amount'],
  ['a day that no calendar has', 'day', '2026-02-30', 'day'],
  ['a day before the first year', 'day', '0000-12-31', 'day'],
  ['an instant before the first year', 'moment', new Date('0000-12-31T23:59:59.999Z'), 'moment'],
  ['an instant after the year 9999', 'moment', new Date('+010000-01-01T00:00:00.000Z'), 'moment'],
  ['no instant at all', 'moment', new Date(Number.NaN), 'moment'],
  ['a value of another type', 'whole', '1', 'whole'],
]

/** Values at the very edge of what is refused, which every database keeps. */
const storable: readonly (readonly [column: string, value: ColumnValue])[] = [
  ['words', '\u0001\ud7ff\ue000\uffff😀'],
  ['data', { '\u0001': ['\uffff', '😀'] }],
  ['whole', 9_007_199_254_740_991],
  ['real', 1.7976931348623157e308],
  ['amount', `${'9'.repeat(996)}.9999`],
  ['day', '0001-01-01'],
  ['day', '9999-12-31'],
  ['moment', new Date('0001-01-01T00:00:00.000Z')],
  ['moment', new Date('9999-12-31T23:59:59.999Z')],
]

export function refusalConformance({ describe, test, transactionTest }: DatabaseSuite): void {
  describe('G9: what some database could not keep, all refuse, with the field', () => {
    for (const [what, column, value, path] of unstorable) {
      test(`${what}, to insert, to update and to update by a condition`, async (database) => {
        await database.commit(inserting(samples.table, sample('s1')))
        const row = sample('s1', { [column]: value })
        const attempts = [
          () => database.commit(inserting(samples.table, sample('s2'), { ...row, id: 's3' })),
          () => database.commit(changes({ updates: [{ table: samples.table, id: 's1', row }] })),
          () => database.updateWhere(samples.table, EVERYTHING, { [column]: value }),
        ]
        for (const attempt of attempts) {
          const error = await refused(attempt(), 'INVALID_VALUE')
          assert.ok(error instanceof ValidationError)
          assert.deepEqual(Object.keys(error.messages), [path])
        }
        assert.deepEqual(
          (await database.load(samples, ['s1', 's2', 's3'])).map((found) => ({ ...found.row })),
          [sample('s1')],
        )
      })
    }

    transactionTest('within a transaction too, which then has failed', async (database) => {
      const transaction = await database.begin()
      await refused(transaction.apply(inserting(people.table, person('p1', { tenant: '\0' }))), 'INVALID_VALUE')
      await refused(transaction.commit(changes({})), 'TRANSACTION_FAILED')
      await transaction.rollback()
    })

    test('as a primary key', async (database) => {
      await refused(database.commit(inserting(samples.table, sample('\0'))), 'INVALID_VALUE')
      assert.deepEqual(await selectedIds(database, samples), [])
    })

    test('but not what is just within', async (database) => {
      for (const [at, [column, value]] of storable.entries()) {
        const row = sample(`s${at}`, { [column]: value })
        await database.commit(inserting(samples.table, row))
        assert.deepEqual(
          (await database.load(samples, [row.id as string])).map((found) => ({ ...found.row })),
          [row],
        )
      }
    })

    test('minus zero is zero', async (database) => {
      await database.commit(inserting(samples.table, sample('s1', { whole: -0, real: -0, data: [-0] })))
      const [found] = await database.load(samples, ['s1'])
      assert.deepEqual({ ...found?.row }, sample('s1', { whole: 0, real: 0, data: [0] }))
    })
  })

  describe('G9: changes that fit no table are refused', () => {
    const where: readonly (readonly [what: string, code: string, change: Parameters<typeof changes>[0]])[] = [
      ['a column that is not there', 'UNKNOWN_COLUMN', inserting(orders.table, order('o1', { colour: 'red' }))],
      ['an update that changes a primary key', 'PRIMARY_KEY_CHANGED', { updates: [{ table: people.table, id: 'p1', row: person('p2') }] }],
      [
        'an expected version where there are none',
        'NO_VERSION',
        { updates: [{ table: people.table, id: 'p1', row: person('p1'), expectedVersion: 0 }] },
      ],
    ]
    for (const [what, code, change] of where) {
      test(what, async (database) => {
        await database.commit(inserting(people.table, person('p1')))
        await refused(database.commit(changes(change)), code)
        assert.deepEqual(await selectedIds(database, people), ['p1'])
      })
    }
  })

  describe('G9: what no row can have is looked for in vain, or refused', () => {
    test('an id is not found', async (database) => {
      await database.commit(inserting(samples.table, sample('s1')))
      assert.equal((await database.load(samples, ['a\0', HALF_A_PAIR, 's1'])).length, 1)
      assert.deepEqual(await database.load(samples, ['\0']), [])
      await database.commit(changes({ deletes: [{ table: samples.table, id: '\0' }] }))
    })

    const operands: readonly (readonly [column: string, value: ColumnValue])[] = [
      ['words', 'a\0'],
      ['words', HALF_A_PAIR],
      ['data', ['\0']],
      ['day', '2026-02-30'],
      ['moment', new Date(8.64e15)],
    ]
    for (const [column, value] of operands) {
      test(`${JSON.stringify(value)} is refused as an operand, and as a place in the order`, async (database) => {
        await refused(database.count(samples.table, compare(column, 'eq', value)), 'INVALID_OPERAND')
        await refused(database.count(samples.table, compare(column, 'in', [null, value])), 'INVALID_OPERAND')
        if (column === 'data') return
        const orderBy = [{ column, descending: false }]
        await refused(selectedIds(database, samples, { orderBy, after: [value, 's1'] }), 'INVALID_PAGE')
      })
    }

    test('so is a place that has no values of the columns’ types', async (database) => {
      await refused(selectedIds(database, samples, { after: [1] }), 'INVALID_PAGE')
      await refused(
        selectedIds(database, samples, { orderBy: [{ column: 'whole', descending: false }], after: ['1', 's1'] }),
        'INVALID_PAGE',
      )
    })
  })
}
