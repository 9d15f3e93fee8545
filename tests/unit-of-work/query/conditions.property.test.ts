import fc from 'fast-check'
import type { Condition } from 'proteanjs'
import { and, not, or } from 'proteanjs'
import { expect, test } from 'vitest'
import type { OrderName } from '../../../src/unit-of-work/query/read-only-query.ts'
import { meets } from './plain-evaluation.ts'
import type { PlainOrder } from './random-conditions.ts'
import { conditionOf, orderOf, plainOrder, tree } from './random-conditions.ts'
import { idsOf, Order, orders, shop, useShop } from './shop.ts'

useShop()

// The rules are those of the query language; what a database makes of them, its own property tests show with more.
const RUNS = process.env.PROTEAN_TEST_DATABASE === undefined ? 150 : 30
const PATIENCE = { timeout: 30_000 }

const someOrders = fc.array(plainOrder, { minLength: 1, maxLength: 8 })
const idOf = (index: number) => String(index).padStart(2, '0')

async function storeAfresh(plain: readonly PlainOrder[]): Promise<void> {
  await shop.providers.get('default')!.resetData()
  await shop.unitOfWork(async () => {
    for (const [index, order] of plain.entries()) await shop.repositoryFor(Order).add(orderOf(order, idOf(index)))
  })
}

const found = (condition: Condition<Order>) => idsOf(orders().filter(condition))

test('a query finds exactly what the condition says, and exclude exactly the rest', PATIENCE, async () => {
  await fc.assert(
    fc.asyncProperty(someOrders, fc.array(tree, { minLength: 1, maxLength: 8 }), async (plain, trees) => {
      await storeAfresh(plain)
      for (const one of trees) {
        const expected = plain.flatMap((order, index) => (meets(order as never, one) ? [idOf(index)] : []))
        const rest = plain.map((_, index) => idOf(index)).filter((id) => !expected.includes(id))
        expect(await found(conditionOf(one))).toEqual(expected)
        expect(await idsOf(orders().exclude(conditionOf(one)))).toEqual(rest)
        expect(await orders().filter(conditionOf(one)).count()).toBe(expected.length)
        expect(await orders().filter(conditionOf(one)).exists()).toBe(expected.length > 0)
      }
    }),
    { numRuns: RUNS },
  )
})

test("De Morgan's laws hold, absent data included, and steps are joined by and", PATIENCE, async () => {
  await fc.assert(
    fc.asyncProperty(someOrders, tree, tree, async (plain, left, right) => {
      await storeAfresh(plain)
      const a = conditionOf(left)
      const b = conditionOf(right)
      expect(await found(not(or(a, b)))).toEqual(await found(and(not(a), not(b))))
      expect(await found(not(and(a, b)))).toEqual(await found(or(not(a), not(b))))
      expect(await found(not(not(a)))).toEqual(await found(a))
      expect(await idsOf(orders().filter(a, b))).toEqual(await found(and(a, b)))
      expect(await idsOf(orders().filter(a).filter(b))).toEqual(await found(and(a, b)))
      expect(await idsOf(orders().exclude(a, b))).toEqual(await found(not(or(a, b))))
    }),
    { numRuns: RUNS },
  )
})

const orderName = fc.constantFrom<OrderName<Order>>(
  'note',
  '-note',
  'total',
  '-total',
  'count',
  '-count',
  '-placedAt',
  'urgent',
  '-price.amount',
  '-orderId',
)

test('pages, however they are cut, and iteration give the same as one answer', PATIENCE, async () => {
  await fc.assert(
    fc.asyncProperty(
      someOrders,
      tree,
      fc.array(orderName, { maxLength: 3 }),
      fc.integer({ min: 1, max: 4 }),
      async (plain, one, names, size) => {
        await storeAfresh(plain)
        const query = orders()
          .filter(conditionOf(one))
          .orderBy(...names)
        const whole = await idsOf(query)
        const iterated: string[] = []
        for await (const order of query.iterate({ pageSize: size })) iterated.push(order.orderId)
        expect(iterated).toEqual(whole)
        const paged: string[] = []
        let page = await query.limit(size).all()
        paged.push(...page.items.map((order) => order.orderId))
        while (page.hasNext) {
          page = await query.limit(size).offset(paged.length).all()
          paged.push(...page.items.map((order) => order.orderId))
          expect(page).toMatchObject({ total: whole.length, totalPages: Math.ceil(whole.length / size), hasPrev: true })
        }
        expect(paged).toEqual(whole)
      },
    ),
    { numRuns: RUNS },
  )
})
