import fc from 'fast-check'
import { deadLetters, Priority } from 'proteanjs'
import { expect, test } from 'vitest'
import { FragileDatabase } from '../support/fragile-database.ts'
import { FragileBroker } from './fragile-broker.ts'
import { makeStreamingLedger } from './streams.ts'

const LONGER_THAN_A_LEASE = 20_000

const entries = fc.array(
  fc.record({ account: fc.constantFrom('a', 'b', 'c'), priority: fc.constantFrom(Priority.NORMAL, Priority.LOW, Priority.HIGH) }),
  { minLength: 1, maxLength: 8 },
)
const misfortunes = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('database' as const), at: fc.integer({ min: 1, max: 30 }), isDone: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('broker' as const), at: fc.integer({ min: 1, max: 25 }), isDone: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('flushed' as const), at: fc.constant(0), isDone: fc.constant(false) }) },
)
const scripts = fc.record({
  entries,
  poison: fc.nat(10),
  isAsynchronous: fc.boolean(),
  /** Fewer than the attempts that a message has. */
  misfortunes: fc.array(misfortunes, { maxLength: 3 }),
})

test('G4, G6: wherever the process dies, and whatever the broker loses, every message has its effect once and in order', async () => {
  const ledger = makeStreamingLedger()
  const { domain, clock, hooks, Enter, balanceOf, work } = ledger
  domain.config.server.priorityLanes = { enabled: true, threshold: Priority.NORMAL }
  domain.config.outbox.messagesPerTick = 3
  await domain.init()
  const provider = domain.providers.get('default')
  if (provider === undefined) throw new Error('there is a default database')
  const database = new FragileDatabase(provider.database)
  const broker = new FragileBroker(ledger.broker())
  let deaths = 0
  await fc.assert(
    fc.asyncProperty(scripts, async (script) => {
      await provider.resetData()
      await ledger.broker().resetData()
      hooks.booking = ({ amount }) => {
        if (amount === script.poison) throw new Error('poison')
      }
      const enter = async (from: number, to: number) => {
        for (const [offset, { account, priority }] of script.entries.slice(from, to).entries())
          await domain.process(new Enter({ account, amount: from + offset }), { asynchronous: script.isAsynchronous, priority })
      }
      const half = Math.ceil(script.entries.length / 2)
      await enter(0, half)
      for (const { kind, at, isDone } of script.misfortunes) {
        if (kind === 'flushed') await ledger.broker().resetData()
        if (kind === 'database') database.dieAt(at, isDone)
        if (kind === 'broker') broker.dieAt(at, isDone)
        await work().catch(() => undefined)
        if (database.isDead || broker.isDead) deaths += 1
        database.revive()
        broker.revive()
        clock.advance(LONGER_THAN_A_LEASE)
      }
      await enter(half, script.entries.length)
      for (let run = 0; run < 6; run += 1) {
        await work()
        clock.advance(61_000)
      }
      for (const account of ['a', 'b', 'c']) {
        const all = [...script.entries.keys()].filter((amount) => script.entries[amount]?.account === account)
        expect(await balanceOf(account), account).toEqual(all.filter((amount) => amount !== script.poison))
      }
      const given = (await deadLetters(domain).list()).map(({ message }) => message.data.amount)
      expect(given).toEqual(script.poison < script.entries.length ? [script.poison] : [])
      expect(await deadLetters(domain).count({ state: 'waiting' })).toBe(0)
    }),
    { numRuns: Number(globalThis.process.env.CRASH_RUNS ?? 60) },
  )
  // Scripts whose death lies behind the last write prove nothing.
  expect(deaths).toBeGreaterThan(10)
}, 120_000)
