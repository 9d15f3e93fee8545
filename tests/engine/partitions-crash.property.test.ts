import fc from 'fast-check'
import { deadLetters } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { FragileDatabase } from '../support/fragile-database.ts'
import { makeDividedParcels } from './divided.ts'

const LONGER_THAN_A_LEASE = 20_000
const RUNS = Number(process.env.CRASH_RUNS ?? 50)
const CUSTOMERS = ['a', 'b', 'c', 'd'] as const
const FIELDS = ['customer', 'entry', undefined] as const

const scripts = fc.record({
  happenings: fc.array(
    fc.record({ customer: fc.constantFrom(...CUSTOMERS), stream: fc.constantFrom('s1', 's2', 's3'), isCall: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 12,
    },
  ),
  passing: fc.array(fc.nat(12), { maxLength: 3 }),
  poison: fc.nat(20),
  /** One deployment after the other, at work until it dies. */
  deployments: fc.array(
    fc.record({
      partitions: fc.integer({ min: 1, max: 4 }),
      field: fc.constantFrom(...FIELDS),
      write: fc.integer({ min: 1, max: 12 }),
      isDone: fc.boolean(),
      isDeath: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
})

/** Answers get lost such that a message comes by way of the broker and from the log, and stands in one lane twice. */
const FROM_LOG_AND_BROKER = {
  happenings: Array.from({ length: 2 }, () => ({ customer: 'a' as const, stream: 's1' as const, isCall: false })),
  passing: [],
  poison: 2,
  deployments: [
    { partitions: 1, field: 'customer' as const, write: 1, isDone: false, isDeath: false },
    { partitions: 1, field: 'entry' as const, write: 4, isDone: true, isDeath: false },
    { partitions: 1, field: 'customer' as const, write: 4, isDone: true, isDeath: false },
    { partitions: 2, field: undefined, write: 8, isDone: false, isDeath: false },
  ],
}

async function check(type: 'event_store' | 'stream', isOrderKept: boolean): Promise<number> {
  const parcels = makeDividedParcels(type, isOrderKept ? undefined : (customer, entry) => `${customer}:${entry}`)
  const { domain, hooks, overlaps, send, call, workAs, storyOf, told, clock } = parcels
  domain.config.server.eventStoreSubscription.maxRetries = 5
  domain.config.server.streamSubscription.maxRetries = 5
  await domain.init()
  const provider = domain.providers.get('default')
  if (provider === undefined) throw new Error('there is a default database')
  const database = new FragileDatabase(provider.database)
  let deaths = 0
  const property = fc.asyncProperty(scripts, async ({ happenings, passing, poison, deployments }) => {
    await provider.resetData()
    for (const broker of domain.brokers.values()) await broker.resetData()
    overlaps.length = 0
    let isWell = false
    hooks.handling = (_customer, entry) => {
      if (entry === poison || (!isWell && passing.includes(entry))) throw new Error('not now')
    }
    const deploy = ({ partitions, field }: { readonly partitions: number; readonly field: string | undefined }) => {
      const sequentialBy = isOrderKept ? 'customer' : field
      return workAs({ partitions, ...(sequentialBy === undefined ? {} : { sequentialBy }) })
    }
    const each = Math.ceil(happenings.length / deployments.length)
    for (const [round, deployment] of deployments.entries()) {
      for (const [offset, { customer, stream, isCall }] of happenings.slice(round * each, (round + 1) * each).entries())
        await (isCall ? call : send)(customer, round * each + offset, stream)
      if (deployment.isDeath) database.dieAt(deployment.write, deployment.isDone)
      else database.stumbleAt(deployment.write, deployment.isDone)
      await deploy(deployment).catch(() => undefined)
      if (database.isDead) deaths += 1
      database.revive()
      clock.advance(LONGER_THAN_A_LEASE)
    }
    isWell = true
    const last = deployments.at(-1) ?? { partitions: 1, field: undefined }
    for (let run = 0; run < 8; run += 1) {
      await deploy(last)
      clock.advance(3_600_000)
    }
    const expected = [...happenings.keys()].filter((entry) => entry !== poison)
    expect(await told()).toEqual(expected)
    if (isOrderKept)
      for (const customer of CUSTOMERS)
        expect(await storyOf(customer), customer).toEqual(expected.filter((entry) => happenings[entry]?.customer === customer))
    if (isOrderKept) expect(overlaps).toEqual([])
    expect((await deadLetters(domain).list()).map(({ message }) => message.data.entry)).toEqual(poison < happenings.length ? [poison] : [])
    expect(await deadLetters(domain).count({ state: 'waiting' })).toBe(0)
  })
  await fc.assert(property, { numRuns: RUNS, examples: [[FROM_LOG_AND_BROKER]] })
  return deaths
}

describe.each(['event_store', 'stream'] as const)('with subscriptions of type %s', (type) => {
  test('however often it is divided anew, and wherever processes die, events of one key are handled once and in order', async () => {
    expect(await check(type, true)).toBeGreaterThan(RUNS / 10)
  }, 180_000)

  test('however often its order changes besides, every event is handled once', async () => {
    expect(await check(type, false)).toBeGreaterThan(RUNS / 10)
  }, 180_000)
})
