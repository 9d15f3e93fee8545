import fc from 'fast-check'
import { deadLetters } from 'proteanjs'
import { expect } from 'vitest'
import type { ManualClock } from '../../src/testing/manual-clock.ts'
import { turn } from '../../src/util/runtime/turn.ts'
import { FragileDatabase } from '../support/fragile-database.ts'
import type { Parcels } from './parcels.ts'

const LONGER_THAN_A_LEASE = 20_000
const CUSTOMERS = ['a', 'b', 'c'] as const
const STREAMS = ['s1', 's2', 's3'] as const

const scripts = fc.record({
  /** What happens, in the order of the log; each entry is of its place in it. */
  happenings: fc.array(fc.record({ customer: fc.constantFrom(...CUSTOMERS), stream: fc.constantFrom(...STREAMS), isCall: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  }),
  /** Entries that fail for a while, and one that always does. */
  passing: fc.array(fc.nat(12), { maxLength: 3 }),
  poison: fc.nat(20),
  deaths: fc.array(fc.record({ write: fc.integer({ min: 1, max: 8 }), isDone: fc.boolean(), isDeath: fc.boolean() }), { maxLength: 3 }),
  engines: fc.integer({ min: 1, max: 2 }),
})

/**
 * Lets customers' events happen, handlers fail and processes die, with one engine or two, and compares what was heard of each customer with the log. Gives how
 * many deaths there were, and what fast-check found.
 */
export async function checkOrderByKey(parcels: Parcels, clock: ManualClock, numRuns: number) {
  const { domain, hooks, overlaps, send, call, work, storyOf } = parcels
  const provider = domain.providers.get('default')
  if (provider === undefined) throw new Error('there is a default database')
  const database = new FragileDatabase(provider.database)
  let deaths = 0
  const property = fc.asyncProperty(scripts, async ({ happenings, passing, poison, deaths: script, engines }) => {
    await provider.resetData()
    for (const broker of domain.brokers.values()) await broker.resetData()
    overlaps.length = 0
    let isWell = false
    // The earlier takes longer, so that an order is not one by chance.
    hooks.handling = async (_customer, entry) => {
      for (let turns = happenings.length - entry; turns > 0; turns -= 1) await turn()
      if (entry === poison || (!isWell && passing.includes(entry))) throw new Error('not now')
    }
    const happen = async (from: number, to: number) => {
      for (const [offset, { customer, stream, isCall }] of happenings.slice(from, to).entries())
        await (isCall ? call : send)(customer, from + offset, stream)
    }
    const half = Math.ceil(happenings.length / 2)
    await happen(0, half)
    for (const { write, isDone, isDeath } of script) {
      if (isDeath) database.dieAt(write, isDone)
      else database.stumbleAt(write, isDone)
      await Promise.allSettled(Array.from({ length: engines }, work))
      if (database.isDead) deaths += 1
      database.revive()
      clock.advance(LONGER_THAN_A_LEASE)
    }
    await work()
    await happen(half, happenings.length)
    isWell = true
    for (let run = 0; run < 8; run += 1) {
      await work()
      clock.advance(3_600_000)
    }
    for (const customer of CUSTOMERS) {
      const all = [...happenings.keys()].filter((entry) => happenings[entry]?.customer === customer && entry !== poison)
      expect(await storyOf(customer), customer).toEqual(all)
    }
    expect(overlaps).toEqual([])
    expect((await deadLetters(domain).list()).map(({ message }) => message.data.entry)).toEqual(poison < happenings.length ? [poison] : [])
    expect(await deadLetters(domain).count({ state: 'waiting' })).toBe(0)
  })
  const found = await fc.check(property, { numRuns })
  return { found, deaths }
}
