import fc from 'fast-check'
import { deadLetters } from 'proteanjs'
import { expect, test } from 'vitest'
import { FragileDatabase } from '../support/fragile-database.ts'
import { openOrders } from './processes.ts'

const LONGER_THAN_A_LEASE = 20_000
const ORDERS = ['o1', 'o2'] as const

const scripts = fc.record({
  /** What happens, in the order of the log; each payment is of its place in it. Some come before their process begins. */
  happenings: fc.array(fc.record({ order: fc.constantFrom(...ORDERS), isPlacing: fc.boolean() }), { minLength: 1, maxLength: 9 }),
  /** Payments that fail for a while, and one that always does. */
  passing: fc.array(fc.nat(9), { maxLength: 2 }),
  poison: fc.nat(15),
  deaths: fc.array(fc.record({ write: fc.integer({ min: 1, max: 20 }), isDone: fc.boolean(), isDeath: fc.boolean() }), { maxLength: 3 }),
  isForgetful: fc.boolean(),
})

test('wherever the process dies, each process takes its steps once, in the order of the log, and sends each command once', async () => {
  const { domain, clock, hooks, place, pay, work, heard, amountsOf, confirmed, forgetCursor } = await openOrders()
  const provider = domain.providers.get('default')
  if (provider === undefined) throw new Error('there is a default database')
  const process = new FragileDatabase(provider.database)
  let deaths = 0
  await fc.assert(
    fc.asyncProperty(scripts, async ({ happenings, passing, poison, deaths: script, isForgetful }) => {
      await provider.resetData()
      heard.clear()
      let isWell = false
      hooks.paying = (_order, amount) => {
        if (amount === poison || (!isWell && passing.includes(amount))) throw new Error('not now')
      }
      const expected = new Map<string, number[]>()
      for (const [amount, { order, isPlacing }] of happenings.entries()) {
        if (isPlacing && !expected.has(order)) {
          expected.set(order, [])
          await place(order)
        } else {
          if (amount !== poison) expected.get(order)?.push(amount)
          await pay(order, amount)
        }
      }
      for (const { write, isDone, isDeath } of script) {
        process.revive()
        if (isDeath) process.dieAt(write, isDone)
        else process.stumbleAt(write, isDone)
        await work().catch(() => undefined)
        if (process.isDead) deaths += 1
        process.revive()
        clock.advance(LONGER_THAN_A_LEASE)
      }
      await work()
      isWell = true
      for (let run = 0; run < 10; run += 1) {
        clock.advance(3_600_000)
        await work()
      }
      if (isForgetful) {
        await forgetCursor()
        await work()
      }
      for (const order of ORDERS) {
        expect(await amountsOf(order), order).toEqual(expected.get(order))
        expect(await confirmed(order), order).toEqual(expected.get(order) ?? [])
      }
      const given = (await deadLetters(domain).list()).map(({ message }) => message.data.amount)
      expect(given.filter((amount) => amount !== poison)).toEqual([])
      expect(await deadLetters(domain).count({ state: 'waiting' })).toBe(0)
    }),
    { numRuns: Number(globalThis.process.env.CRASH_RUNS ?? 80) },
  )
  // Scripts whose death lies behind the last write prove nothing.
  expect(deaths).toBeGreaterThan(10)
}, 120_000)
