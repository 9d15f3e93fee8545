import assert from 'node:assert/strict'
import type { Criteria } from '../../ports/criteria.ts'
import { EVERYTHING } from '../../ports/criteria.ts'
import { refused } from './assertions.ts'
import type { LookupCases } from './criteria-cases.ts'
import { caseCases, compare, listCases, literalCases, typeCases } from './criteria-cases.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { inserting, selectedIds } from './rows.ts'
import { discounts, items, orders, samples } from './schemas.ts'

export function criteriaConformance({ describe, test }: DatabaseSuite): void {
  const testCases = (name: string, { column, rows, cases }: LookupCases) =>
    test(name, async (database) => {
      await database.commit(inserting(samples.table, ...rows))
      for (const [lookup, operand, ids] of cases) {
        const where = compare(column, lookup, operand)
        const what = `${column} ${lookup} ${JSON.stringify(operand)}`
        assert.equal((await selectedIds(database, samples, { where })).join(''), ids, what)
        assert.equal(await database.count(samples.table, where), ids.length, `count of ${what}`)
        assert.equal(await database.exists(samples.table, where), ids.length > 0, `existence of ${what}`)
      }
    })

  describe('G9: every lookup finds the rows that it should', () => {
    for (const cases of typeCases) testCases(`in the column "${cases.column}"`, cases)
    testCases('in a list', listCases)
  })

  describe('G9: the operand of a text lookup is taken literally', () => {
    testCases('whatever it would mean in a pattern', literalCases)
  })

  describe('G9: case counts, except where a lookup ignores it', () => {
    testCases('and then in every alphabet alike', caseCases)
  })

  describe('G9: criteria that do not fit are refused', () => {
    const where: readonly [string, Criteria, string][] = [
      ['an unknown column', compare('colour', 'eq', 'red'), 'UNKNOWN_COLUMN'],
      ['a text lookup on a number', compare('whole', 'contains', '1'), 'LOOKUP_NOT_APPLICABLE'],
      ['an order of json', compare('data', 'gt', 1), 'LOOKUP_NOT_APPLICABLE'],
      ['a list lookup on text', compare('words', 'any', 'a'), 'LOOKUP_NOT_APPLICABLE'],
      ['text for a number', compare('whole', 'eq', '1'), 'INVALID_OPERAND'],
      ['text for an instant', compare('moment', 'gt', '2026-01-01'), 'INVALID_OPERAND'],
      ['a value where a list belongs', compare('words', 'in', 'a'), 'INVALID_OPERAND'],
      ['a list with a value of another type', compare('whole', 'in', [1, 'two']), 'INVALID_OPERAND'],
      ['no answer to whether it is null', compare('words', 'isNull', 'yes'), 'INVALID_OPERAND'],
      ['children of another table', { op: 'some', child: items, where: EVERYTHING }, 'UNKNOWN_CHILD'],
      ['and deep inside', { op: 'not', term: { op: 'or', terms: [EVERYTHING, compare('colour', 'eq', 'red')] } }, 'UNKNOWN_COLUMN'],
    ]

    test('by reads and by writes', async (database) => {
      for (const [what, criteria, code] of where) {
        await refused(selectedIds(database, samples, { where: criteria }), code).catch((error: unknown) =>
          assert.fail(`${what}: ${String(error)}`),
        )
        await refused(database.count(samples.table, criteria), code)
        await refused(database.exists(samples.table, criteria), code)
        await refused(database.updateWhere(samples.table, criteria, { words: 'x' }), code)
        await refused(database.deleteWhere(samples.table, criteria), code)
      }
    })

    test('grandchildren are not children', async (database) => {
      await refused(database.count(orders.table, { op: 'some', child: discounts, where: EVERYTHING }), 'UNKNOWN_CHILD')
    })
  })
}
