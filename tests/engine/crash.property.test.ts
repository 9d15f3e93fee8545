import fc from 'fast-check'
import { deadLetters } from 'proteanjs'
import { expect, test } from 'vitest'
import { FragileDatabase } from '../support/fragile-database.ts'
import { makeTimedLedger } from '../support/ledger.ts'

const LONGER_THAN_A_LEASE = 20_000

const scripts = fc.record({
  /** Account by account; each amount is one more than the one before, so that every entry can be told from the others. */
  accounts: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 8 }),
  poison: fc.nat(10),
  isAsynchronous: fc.boolean(),
  /** Fewer than the attempts that a message has. */
  deaths: fc.array(fc.record({ write: fc.integer({ min: 1, max: 16 }), isDone: fc.boolean(), isDeath: fc.boolean() }), { maxLength: 3 }),
})

test('wherever the process dies or loses an answer, every message has its effect once and in order, and only poison is given up (R1.10)', async () => {
  const ledger = makeTimedLedger()
  const { domain, clock, hooks, Enter, balanceOf, work } = ledger
  await domain.init()
  const provider = domain.providers.get('default')
  if (provider === undefined) throw new Error('there is a default database')
  const process = new FragileDatabase(provider.database)
  let deaths = 0
  await fc.assert(
    fc.asyncProperty(scripts, async (script) => {
      await provider.resetData()
      hooks.booking = ({ amount }) => {
        if (amount === script.poison) throw new Error('poison')
      }
      for (const [amount, account] of script.accounts.entries()) {
        await domain.process(new Enter({ account, amount }), { asynchronous: script.isAsynchronous })
      }
      for (const { write, isDone, isDeath } of script.deaths) {
        process.revive()
        if (isDeath) process.dieAt(write, isDone)
        else process.stumbleAt(write, isDone)
        await work().catch(() => undefined)
        if (process.isDead) deaths += 1
        process.revive()
        clock.advance(LONGER_THAN_A_LEASE)
      }
      for (let run = 0; run < 6; run += 1) {
        await work()
        clock.advance(60_000)
      }
      for (const account of ['a', 'b', 'c']) {
        const amounts = [...script.accounts.keys()].filter((amount) => script.accounts[amount] === account && amount !== script.poison)
        expect(await balanceOf(account), account).toEqual(amounts)
      }
      const given = (await deadLetters(domain).list()).map(({ message }) => message.data.amount)
      expect(given).toEqual(script.poison < script.accounts.length ? [script.poison] : [])
      expect(await deadLetters(domain).count({ state: 'waiting' })).toBe(0)
    }),
    { numRuns: Number(globalThis.process.env.CRASH_RUNS ?? 80) },
  )
  // Scripts whose death lies behind the last write prove nothing.
  expect(deaths).toBeGreaterThan(10)
}, 120_000)
