import { Domain } from 'proteanjs'
import { ManualClock, SeededIds, SequentialIds } from 'proteanjs/testing'
import { idsConformance } from 'proteanjs/testing/conformance'
import { describe, expect, test } from 'vitest'

describe('sequential ids are ids', () => {
  idsConformance({ describe, test, create: () => ({ ids: new SequentialIds() }) })
})

describe('seeded ids are ids', () => {
  idsConformance({ describe, test, create: () => ({ ids: new SeededIds() }) })
})

test('sequential ids can be named in a test, and are the identities of a domain that is given them', () => {
  const ids = new SequentialIds('order')
  const domain = new Domain('shop', { ids })
  class Order extends domain.aggregate('Order', {}) {}
  expect(ids.next()).toBe('order-000001')
  expect(new Order({}).id).toBe('order-000002')
})

test('seeded ids are UUIDs of version 7, in order, and the same for the same seed', () => {
  const make = (seed: number) => {
    const ids = new SeededIds(seed, new ManualClock('2026-05-01T00:00:00Z'))
    return Array.from({ length: 100 }, () => ids.next())
  }
  expect(make(7)).toEqual(make(7))
  expect(make(7)).not.toEqual(make(8))
  expect(make(7).toSorted()).toEqual(make(7))
  for (const id of make(7)) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('seeded ids carry the time of their clock', () => {
  const clock = new ManualClock('2026-05-01T00:00:00Z')
  const ids = new SeededIds(1, clock)
  clock.advance(60_000)
  const ms = Number.parseInt(ids.next().replace('-', '').slice(0, 12), 16)
  expect(new Date(ms)).toEqual(clock.now())
})
