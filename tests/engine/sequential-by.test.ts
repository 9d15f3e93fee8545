import { deadLetters, Engine, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { turn } from '../../src/util/runtime/turn.ts'
import { makeGrownBank } from '../support/grown-bank.ts'
import { TestDomain } from '../support/test-domain.ts'
import { makeParcels } from './parcels.ts'

async function openParcels() {
  const clock = new ManualClock()
  const parcels = makeParcels({ clock })
  await parcels.domain.init()
  return { ...parcels, clock }
}

test('events with one key are handled one at a time and in the order of the log, whatever their streams and categories', async () => {
  const { hooks, overlaps, send, call, storyOf, work } = await openParcels()
  // The earlier takes longer, so that the order is not one by chance.
  hooks.handling = async (_customer, entry) => {
    for (let turns = 20 - entry; turns > 0; turns -= 1) await turn()
  }
  for (let entry = 0; entry < 20; entry += 1) await (entry % 3 === 0 ? call : send)(entry % 2 === 0 ? 'a' : 'b', entry)
  await work()
  expect(await storyOf('a')).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18])
  expect(await storyOf('b')).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19])
  expect(overlaps).toEqual([])
})

test('events of one stream with different keys do not wait for each other', async () => {
  const { hooks, send, storyOf, work } = await openParcels()
  hooks.handling = (customer) => {
    if (customer === 'a') throw new Error('not now')
  }
  await send('a', 1, 'p')
  await send('b', 2, 'p')
  await send('a', 3, 'p')
  await work()
  expect([await storyOf('a'), await storyOf('b')]).toEqual([[], [2]])
})

test('a message that fails parks its key, with what follows in other streams, and is repeated before them', async () => {
  const { domain, clock, hooks, send, call, storyOf, work } = await openParcels()
  hooks.handling = (customer, entry) => {
    if (customer === 'a' && entry === 1) throw new Error('not now')
  }
  await send('a', 1)
  await call('a', 2)
  await send('b', 3)
  await work()
  await call('a', 4)
  await work()
  expect([await storyOf('a'), await storyOf('b')]).toEqual([[], [3]])
  hooks.handling = () => undefined
  clock.advance(600_000)
  await work()
  expect(await storyOf('a')).toEqual([1, 2, 4])
  expect(await deadLetters(domain).count({ state: 'waiting' })).toBe(0)
})

test('R1.19: a key parked by poison is listed; skipped, the rest of the key goes on', async () => {
  const { domain, hooks, send, call, storyOf, work } = await openParcels()
  hooks.handling = (_customer, entry) => {
    if (entry === 1) throw new Error('poison')
  }
  await send('a', 1)
  await call('a', 2)
  await work()
  const letters = deadLetters(domain)
  const [waiting] = await letters.list({ state: 'waiting', subscription: 'Stories' })
  expect(waiting).toMatchObject({ subscription: 'Stories', attempts: 1, reason: expect.stringContaining('poison') })
  await letters.skip(waiting?.id as string)
  await work()
  expect(await storyOf('a')).toEqual([2])
  expect(await letters.list({ state: 'waiting' })).toEqual([])
})

test('R1.19: poison that was given up lets its key go on, and can be replayed', async () => {
  const { domain, clock, hooks, send, call, storyOf, work } = await openParcels()
  hooks.handling = (_customer, entry) => {
    if (entry === 1) throw new Error('poison')
  }
  await send('a', 1)
  await call('a', 2)
  for (let attempt = 0; attempt < 6; attempt += 1) {
    await work()
    clock.advance(600_000)
  }
  const letters = deadLetters(domain)
  expect(await storyOf('a')).toEqual([2])
  const [dead] = await letters.list()
  hooks.handling = () => undefined
  await letters.replay(dead?.id as string)
  await work()
  expect(await storyOf('a')).toEqual([2, 1])
  expect(await letters.count()).toBe(0)
})

test('events without a key are kept in order with their stream', async () => {
  const { hooks, send, storyOf, work } = await openParcels()
  hooks.handling = (_customer, entry) => {
    if (entry === 1) throw new Error('not now')
  }
  await send(undefined, 1, 'p')
  await send(undefined, 2, 'p')
  await send(undefined, 3, 'q')
  await work()
  expect(await storyOf('nobody')).toEqual([3])
})

test('keys of any length and with any characters are told apart', async () => {
  const { send, storyOf, work } = await openParcels()
  const keys = ['a|b', 'a%7Cb', `${'ü'.repeat(250)}1`, `${'ü'.repeat(250)}2`, 'a b']
  for (const [entry, key] of keys.entries()) await send(key, entry)
  for (const [entry, key] of keys.entries()) await send(key, entry + 10)
  await work()
  for (const [entry, key] of keys.entries()) expect(await storyOf(key)).toEqual([entry, entry + 10])
})

describe('the key is that of the event as it is today', () => {
  test('also of one that is handled as any event, by a value object', async () => {
    const domain = new TestDomain('places')
    domain.config.eventProcessing = 'async'
    const Place = domain.valueObject('Place', { land: field.string({ required: true }), town: field.string() })
    class Seen extends domain.event('Seen', { place: field.valueObject(Place), entry: field.integer() }, { partOf: 'Sight' }) {}
    class Sight extends domain.aggregate('Sight', { id: field.identifier({ identifier: true }) }) {}
    const order: unknown[] = []
    domain.eventHandler('Watch', { partOf: Sight, sequentialBy: 'place' }).handle('any', async (event) => {
      const { entry } = event as Seen
      for (let turns = 10 - (entry ?? 0); turns > 0; turns -= 1) await turn()
      order.push(entry)
    })
    await domain.init()
    for (let entry = 0; entry < 6; entry += 1) {
      const sight = new Sight({ id: `s${entry}` })
      sight.raise(new Seen({ place: new Place({ land: 'CH', town: 'Bern' }), entry }))
      await domain.repositoryFor(Sight).add(sight)
    }
    await new Engine(domain, { testMode: true }).run()
    expect(order).toEqual([0, 1, 2, 3, 4, 5])
  })
  test('of an older version, which had no such field', async () => {
    const { domain, Account, Deposited, depositLongAgo } = makeGrownBank('async')
    const order: unknown[] = []
    domain.eventHandler('Watch', { partOf: Account, sequentialBy: 'currency' }).handle(Deposited, async ({ cents }) => {
      for (let turns = 10 - cents / 100; turns > 0; turns -= 1) await turn()
      order.push(cents)
    })
    await domain.init()
    for (const euros of [1, 2, 3, 4]) await depositLongAgo(`s${euros}`, euros)
    await new Engine(domain, { testMode: true }).run()
    expect(order).toEqual([100, 200, 300, 400])
  })
})
