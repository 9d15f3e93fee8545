import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { makeParcels } from './parcels.ts'
import { checkOrderByKey } from './sequential-script.ts'

const RUNS = Number(process.env.CRASH_RUNS ?? 60)

async function openParcels(type: 'event_store' | 'stream', sequentialBy: string | null) {
  const clock = new ManualClock()
  const parcels = makeParcels({ clock }, sequentialBy)
  parcels.domain.config.server.defaultSubscriptionType = type
  // More than what a test lets die or fail.
  parcels.domain.config.server.eventStoreSubscription.maxRetries = 5
  parcels.domain.config.server.streamSubscription.maxRetries = 5
  await parcels.domain.init()
  return { parcels, clock }
}

describe.each(['event_store', 'stream'] as const)('with subscriptions of type %s', (type) => {
  test('whatever fails and wherever the process dies, events of one key are handled once, one at a time and in the order of the log', async () => {
    const { parcels, clock } = await openParcels(type, 'customer')
    const { found, deaths } = await checkOrderByKey(parcels, clock, RUNS)
    expect(fc.defaultReportMessage(found)).toBeUndefined()
    // Scripts whose death lies behind the last write prove nothing.
    expect(deaths).toBeGreaterThan(RUNS / 20)
  }, 120_000)
})

test('ordered by stream, they are not', async () => {
  const { parcels, clock } = await openParcels('event_store', null)
  const { found } = await checkOrderByKey(parcels, clock, RUNS)
  expect(found.failed).toBe(true)
}, 120_000)
