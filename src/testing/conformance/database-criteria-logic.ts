import assert from 'node:assert/strict'
import type { Criteria } from '../../ports/criteria.ts'
import { EVERYTHING } from '../../ports/criteria.ts'
import type { Database } from '../../ports/database.ts'
import { compare } from './criteria-cases.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { changes, inserting, is, selectedIds } from './rows.ts'
import { discount, discounts, item, items, note, notes, order, orders, people, person, sample, samples } from './schemas.ts'

const not = (term: Criteria): Criteria => ({ op: 'not', term })
const and = (...terms: Criteria[]): Criteria => ({ op: 'and', terms })
const or = (...terms: Criteria[]): Criteria => ({ op: 'or', terms })
const someItem = (where: Criteria): Criteria => ({ op: 'some', child: items, where })
const someDiscount = (where: Criteria): Criteria => ({ op: 'some', child: discounts, where })

/** Every combination of two columns that are null, 1 or 2: `nn`, `n1`, … `22`. */
async function stockPairs(database: Database): Promise<void> {
  const value = (letter: string) => (letter === 'n' ? null : Number(letter))
  const rows = ['n', '1', '2'].flatMap((whole) =>
    ['n', '1', '2'].map((real) => sample(whole + real, { whole: value(whole), real: value(real) })),
  )
  await database.commit(inserting(samples.table, ...rows))
}

async function stockOrders(database: Database): Promise<void> {
  await database.commit(
    changes({
      inserts: [
        { table: orders.table, rows: [order('o1', { status: 'placed' }), order('o2', { status: 'placed' }), order('o3')] },
        { table: items, rows: [item('i1', 'o1', 0, { sku: 'pen', quantity: 1 }), item('i2', 'o1', 1, { sku: 'ink', quantity: 9 })] },
        { table: items, rows: [item('j1', 'o2', 0, { sku: 'pen', quantity: null })] },
        { table: discounts, rows: [discount('d1', 'i2', 0, { code: 'spring' }), discount('e1', 'j1', 0, { code: 'autumn' })] },
        { table: notes, rows: [note('n1', 'o3', 0, { words: 'call back' })] },
      ],
    }),
  )
}

export function criteriaLogicConformance({ describe, test }: DatabaseSuite): void {
  const one = compare('whole', 'eq', 1)
  const two = compare('real', 'eq', 2)
  const all = '11 12 1n 21 22 2n n1 n2 nn'

  describe('G9: criteria are two-valued', () => {
    const expected: readonly (readonly [what: string, where: Criteria, ids: string])[] = [
      ['a comparison', one, '11 12 1n'],
      ['its negation takes the nulls in', not(one), '21 22 2n n1 n2 nn'],
      ['twice negated', not(not(one)), '11 12 1n'],
      ['ne is not the negation of eq', compare('whole', 'ne', 1), '21 22 2n'],
      ['not ne', not(compare('whole', 'ne', 1)), '11 12 1n n1 n2 nn'],
      ['not gt', not(compare('whole', 'gt', 1)), '11 12 1n n1 n2 nn'],
      ['not in', not(compare('whole', 'in', [1])), '21 22 2n n1 n2 nn'],
      ['not in a list with null', not(compare('whole', 'in', [1, null])), '21 22 2n n1 n2 nn'],
      ['in a list with null', compare('whole', 'in', [1, null]), '11 12 1n'],
      ['in nothing', compare('whole', 'in', []), ''],
      ['not in nothing', not(compare('whole', 'in', [])), all],
      ['eq null', compare('whole', 'eq', null), ''],
      ['not eq null', not(compare('whole', 'eq', null)), all],
      ['ne null', compare('whole', 'ne', null), ''],
      ['gt null', compare('whole', 'gt', null), ''],
      ['not contains on null', not(compare('words', 'contains', 'x')), all],
      ['not icontains on null', not(compare('words', 'icontains', 'x')), all],
      ['not any on null', not(compare('data', 'any', 'x')), all],
      ['is null', compare('whole', 'isNull', true), 'n1 n2 nn'],
      ['not is null', not(compare('whole', 'isNull', true)), '11 12 1n 21 22 2n'],
      ['and', and(one, two), '12'],
      ['or', or(one, two), '11 12 1n 22 n2'],
      ['not and', not(and(one, two)), '11 1n 21 22 2n n1 n2 nn'],
      ['De Morgan: or of negations', or(not(one), not(two)), '11 1n 21 22 2n n1 n2 nn'],
      ['not or', not(or(one, two)), '21 2n n1 nn'],
      ['De Morgan: and of negations', and(not(one), not(two)), '21 2n n1 nn'],
      ['the empty and', EVERYTHING, all],
      ['the empty or', or(), ''],
      ['not the empty and', not(EVERYTHING), ''],
      ['not the empty or', not(or()), all],
      ['deeply nested', and(or(one, and(not(two), not(compare('whole', 'isNull', true)))), not(and(one, two))), '11 1n 21 2n'],
    ]

    for (const [what, where, ids] of expected) {
      test(what, async (database) => {
        await stockPairs(database)
        assert.equal((await selectedIds(database, samples, { where })).join(' '), ids)
        assert.equal(await database.count(samples.table, where), ids === '' ? 0 : ids.split(' ').length)
      })
    }
  })

  describe('G9: rows are found by their primary key like by any column', () => {
    const expected: readonly (readonly [what: string, where: Criteria, ids: string])[] = [
      ['eq', is('id', '12'), '12'],
      ['eq and something else', and(is('id', '12'), compare('whole', 'eq', 2)), ''],
      ['two of them', and(is('id', '12'), is('id', '11')), ''],
      ['in, each once', compare('id', 'in', ['nn', '11', 'none', '11', null]), '11 nn'],
      ['not in', not(compare('id', 'in', ['11', '12', '1n', '21', '22', '2n'])), 'n1 n2 nn'],
      ['one or the other', or(is('id', '12'), is('whole', 2)), '12 21 22 2n'],
      ['text lookups', compare('id', 'endsWith', 'n'), '1n 2n nn'],
    ]

    for (const [what, where, ids] of expected) {
      test(what, async (database) => {
        await stockPairs(database)
        assert.equal((await selectedIds(database, samples, { where })).join(' '), ids)
      })
    }
  })

  describe('G9: rows are found by unique columns like by any columns', () => {
    const tenant = is('tenant', 't')
    const nick = (...names: (string | null)[]) => compare('nick_name', 'in', names)
    const expected: readonly (readonly [what: string, where: Criteria, ids: string])[] = [
      ['one value', is('contact_email', 'a@x'), 'p1'],
      ['several values, each once', compare('contact_email', 'in', ['a@x', 'none', 'b@x', 'a@x', null]), 'p1 p2'],
      ['null finds nothing', is('contact_email', null), ''],
      ['both of two columns', and(tenant, is('nick_name', 'n2')), 'p2'],
      ['several values in one of them', and(tenant, nick('n1', 'n2', null)), 'p1 p2'],
      ['several values in both', and(compare('tenant', 'in', ['t', 'u']), nick('n1', 'n3')), 'p1 p3'],
      ['one of the two only', tenant, 'p1 p2'],
      ['with another condition that does not hold', and(is('contact_email', 'a@x'), is('nick_name', 'n2')), ''],
      ['or another', or(is('contact_email', 'a@x'), is('nick_name', 'n3')), 'p1 p3'],
      ['negated', not(is('contact_email', 'a@x')), 'p2 p3 p4'],
    ]

    for (const [what, where, ids] of expected) {
      test(what, async (database) => {
        const rows = [
          person('p1', { contact_email: 'a@x', tenant: 't', nick_name: 'n1' }),
          person('p2', { contact_email: 'b@x', tenant: 't', nick_name: 'n2' }),
          person('p3', { tenant: 'u', nick_name: 'n3' }),
          person('p4'),
        ]
        await database.commit(inserting(people.table, ...rows))
        assert.equal((await selectedIds(database, people, { where })).join(' '), ids)
      })
    }
  })

  describe('G9: a condition may ask for children', () => {
    const pen = compare('sku', 'eq', 'pen')
    const many = compare('quantity', 'gt', 5)
    const expected: readonly (readonly [what: string, where: Criteria, ids: string])[] = [
      ['some child at all', someItem(EVERYTHING), 'o1 o2'],
      ['none', not(someItem(EVERYTHING)), 'o3'],
      ['one that meets it', someItem(pen), 'o1 o2'],
      ['one child has to meet all of it', someItem(and(pen, many)), ''],
      ['several children may share it', and(someItem(pen), someItem(many)), 'o1'],
      ['no child meets it', not(someItem(many)), 'o2 o3'],
      ['some child does not meet it, null included', someItem(not(many)), 'o1 o2'],
      ['grandchildren', someItem(someDiscount(compare('code', 'eq', 'spring'))), 'o1'],
      ['children with and without grandchildren', someItem(and(pen, not(someDiscount(EVERYTHING)))), 'o1'],
      ['children of another kind', or({ op: 'some', child: notes, where: compare('words', 'contains', 'call') }, someItem(many)), 'o1 o3'],
      ['together with columns of the root', and(is('status', 'placed'), not(someItem(many))), 'o2'],
    ]

    for (const [what, where, ids] of expected) {
      test(what, async (database) => {
        await stockOrders(database)
        assert.equal((await selectedIds(database, orders, { where })).join(' '), ids)
        assert.equal(await database.count(orders.table, where), ids === '' ? 0 : ids.split(' ').length)
      })
    }

    test('children can be counted by themselves', async (database) => {
      await stockOrders(database)
      assert.equal(await database.count(items, is('order_id', 'o1')), 2)
      assert.equal(await database.count(items, and(is('order_id', 'o1'), someDiscount(EVERYTHING))), 1)
      assert.equal(await database.exists(items, is('order_id', 'o3')), false)
    })
  })
}
