import fc from 'fast-check'
import { rebuildProjection } from 'proteanjs'
import { expect, test } from 'vitest'
import { FragileDatabase } from '../../support/fragile-database.ts'
import { makeTimedSummaries } from './summaries.ts'

const LONGER_THAN_A_LEASE = 20_000
const isMemory = process.env.PROTEAN_TEST_DATABASE === undefined

const scripts = fc.record({
  before: fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 6 }),
  /** Handled live while the rebuild lies dead. */
  meanwhile: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
  batchSize: fc.integer({ min: 1, max: 4 }),
  deaths: fc.array(fc.record({ write: fc.integer({ min: 1, max: 11 }), isDone: fc.boolean(), isDeath: fc.boolean() }), { maxLength: 4 }),
})

test('wherever the process dies or loses an answer, the next one goes on, and every event has its effect once (R2.26)', async () => {
  const { domain, clock, move, seen, work, AccountSummary } = makeTimedSummaries()
  await domain.init()
  const provider = domain.providers.get('default')
  if (provider === undefined) throw new Error('there is a default database')
  const process = new FragileDatabase(provider.database)
  let deaths = 0
  await fc.assert(
    fc.asyncProperty(scripts, async ({ before, meanwhile, batchSize, deaths: script }) => {
      process.revive()
      await provider.resetData()
      const totals = new Map<string, readonly [sum: number, count: number]>()
      const entering = async (account: string, amount: number) => {
        const [sum, count] = totals.get(account) ?? [0, 0]
        totals.set(account, [sum + amount, count + 1])
        await move(account, amount)
      }
      const rows = () => [...totals].sort().map(([account, [sum, count]]) => [account, `no. ${account}`, undefined, sum, count])
      /** What readers have seen last. */
      let last: unknown
      const isRight = async () => {
        last = await seen()
        expect(last).toEqual(rows())
      }
      for (const [account, amount] of before) await entering(account, amount)
      await work()
      await isRight()
      for (const { write, isDone, isDeath } of script) {
        process.revive()
        if (isDeath) process.dieAt(write, isDone)
        else process.stumbleAt(write, isDone)
        await rebuildProjection(domain, AccountSummary, { batchSize }).catch(() => undefined)
        if (process.isDead) deaths += 1
        process.revive()
        // Readers have all that they had, or all there is, whatever became of the rebuild.
        expect([last, rows()]).toContainEqual(await seen())
        last = await seen()
        clock.advance(LONGER_THAN_A_LEASE)
        for (const account of meanwhile) await entering(account, 10)
        if (isDeath) continue
        await work()
        await isRight()
      }
      process.revive()
      await rebuildProjection(domain, AccountSummary, { batchSize })
      await work()
      await isRight()
      await entering('a', 100)
      await work()
      await isRight()
    }),
    { numRuns: isMemory ? 80 : 8 },
  )
  // Scripts whose death lies behind the last write prove nothing.
  if (isMemory) expect(deaths).toBeGreaterThan(10)
}, 120_000)
