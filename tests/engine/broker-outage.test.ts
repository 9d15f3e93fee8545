import { DatabaseError } from 'proteanjs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Broker } from '../../src/ports/broker.ts'
import { BOOKINGS, makeStreamingLedger } from './streams.ts'

let ledger: ReturnType<typeof makeStreamingLedger>

beforeEach(() => {
  ledger = makeStreamingLedger()
})
afterEach(() => ledger.stopAll())

test('a broker that cannot be read is asked again after pauses that grow, is reported, and is read on when it is back (R2.24)', async () => {
  const { domain, enter, booked, broker, start, eventually, pass } = ledger
  await domain.init()
  const target = broker() as { read: Broker['read'] }
  const read = target.read.bind(target)
  let isAway = true
  let reads = 0
  target.read = (wanted) => {
    if (wanted.group !== BOOKINGS || !isAway) return read(wanted)
    reads += 1
    return Promise.reject(new DatabaseError('The broker is away.', { code: 'CONNECTION_FAILED', retryable: true }))
  }
  const engine = start()
  await eventually(() => reads).toBeGreaterThan(0)
  await enter('a', 1)
  await pass(60_000, 1000)
  expect(reads).toBeGreaterThan(3)
  // Six while the pauses grow, then one each five seconds.
  expect(reads).toBeLessThanOrEqual(19)
  expect(engine.failures[0]).toMatchObject({ handler: 'Bookings', error: { code: 'CONNECTION_FAILED' } })
  isAway = false
  await eventually(async () => {
    await pass(5000, 1000)
    return booked
  }).toEqual(['a:1'])
})
