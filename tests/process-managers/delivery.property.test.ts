import fc from 'fast-check'
import type { EventMessage } from 'proteanjs'
import { expect, test } from 'vitest'
import { openFulfilment } from './fulfilment.ts'

const ORDERS = ['o1', 'o2'] as const
const fact = fc.record({
  order: fc.constantFrom(...ORDERS),
  what: fc.constantFrom('paid' as const, 'packed' as const),
  size: fc.integer({ min: 1, max: 5 }),
  /** How often it is delivered, and when: in the order of these numbers. */
  deliveries: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 3 }),
})

test('in whatever order, how often and how many at a time events of a process are delivered, it ends up as if each came once', async () => {
  const { domain, Fulfilment, OrderPlaced, OrderPaid, OrderPacked, happen, find, seen } = await openFulfilment()
  await fc.assert(
    fc.asyncProperty(fc.array(fact, { maxLength: 8 }), fc.integer({ min: 1, max: 4 }), async (facts, atOnce) => {
      for (const provider of domain.providers.values()) await provider.resetData()
      seen.length = 0
      for (const orderId of ORDERS) await happen(new OrderPlaced({ orderId, total: 6 }))
      const deliveries = facts
        .flatMap(({ order, what, size, deliveries: times }): { at: number; event: EventMessage }[] => {
          const event =
            what === 'paid' ? new OrderPaid({ reference: order, amount: size }) : new OrderPacked({ orderId: order, boxes: size })
          return times.map((at) => ({ at, event }))
        })
        .toSorted((a, b) => a.at - b.at)
      for (let next = 0; next < deliveries.length; next += atOnce)
        await Promise.all(deliveries.slice(next, next + atOnce).map(({ event }) => happen(event)))
      for (const order of ORDERS) {
        const sum = (what: 'paid' | 'packed') =>
          facts.filter((one) => one.order === order && one.what === what).reduce((total, { size }) => total + size, 0)
        const [paid, boxes] = [sum('paid'), sum('packed')]
        const shipped = paid >= 6 && boxes > 0
        const handled = facts.filter((one) => one.order === order).length
        expect(await find(order)).toMatchObject({ paid, boxes, shipped, started: 1, _version: handled })
        expect(await domain.processHistory(Fulfilment, order)).toHaveLength(handled + 1)
        expect(seen.filter((line) => line.startsWith(`ship ${order} `))).toHaveLength(shipped ? 1 : 0)
      }
    }),
    { numRuns: process.env.PROTEAN_TEST_DATABASE === undefined ? 100 : 10 },
  )
})
