import { deadLetters, Engine } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Deployment } from './divided.ts'
import { makeDividedParcels } from './divided.ts'

const BY_STREAM: Deployment = { partitions: 1 }
const BY_CUSTOMER: Deployment = { partitions: 1, sequentialBy: 'customer' }
const BY_ENTRY: Deployment = { partitions: 1, sequentialBy: 'entry' }

let parcels: ReturnType<typeof makeDividedParcels>

describe.each(['event_store', 'stream'] as const)('of a subscription of type %s', (type) => {
  beforeEach(async () => {
    // Each entry in a story of its own: in another order, several are told at once.
    parcels = makeDividedParcels(type, (customer, entry) => `${customer}:${entry}`)
    await parcels.domain.init()
  })
  afterEach(() => parcels.stopAll())

  /** Entries of two customers, spread over three parcels. */
  async function sendAll(from: number, to: number): Promise<void> {
    for (let entry = from; entry < to; entry += 1) await parcels.send(entry % 2 === 0 ? 'a' : 'b', entry, `p${entry % 3}`)
  }
  const all = (to: number) => [...Array(to).keys()]

  test('what messages are kept in order by can be changed, to and fro, and nothing is lost or doubled', async () => {
    const { workAs, told } = parcels
    let sent = 0
    for (const deployment of [
      BY_STREAM,
      BY_CUSTOMER,
      BY_STREAM,
      BY_ENTRY,
      { ...BY_CUSTOMER, partitions: 3 },
      { partitions: 2 },
      BY_CUSTOMER,
    ]) {
      await sendAll(sent, sent + 9)
      sent += 9
      expect((await workAs(deployment)).failures).toEqual([])
      expect(await told()).toEqual(all(sent))
    }
  })

  test.each([
    { title: 'from streams to keys', before: BY_STREAM, after: BY_CUSTOMER },
    { title: 'from keys to streams', before: BY_CUSTOMER, after: BY_STREAM },
    { title: 'from one key to another', before: BY_CUSTOMER, after: BY_ENTRY },
    { title: 'from streams to keys in parts', before: { partitions: 3 }, after: { partitions: 2, sequentialBy: 'customer' } },
  ])('$title, what waits behind a failed message is handled, and nothing twice', async ({ before, after }) => {
    const { hooks, clock, workAs, told, domain } = parcels
    hooks.handling = (_customer, entry) => {
      if (entry === 1 || entry === 6) throw new Error('not now')
    }
    await sendAll(0, 15)
    await workAs(before)
    await sendAll(15, 20)
    await workAs(after)
    hooks.handling = () => undefined
    for (let run = 0; run < 3; run += 1) {
      clock.advance(600_000)
      await workAs(after)
    }
    expect(await told()).toEqual(all(20))
    expect(await deadLetters(domain).count({ state: 'waiting' })).toBe(0)
  })

  test('what somebody wants skipped is skipped when the order changes before it was', async () => {
    const { hooks, workAs, told, domain } = parcels
    hooks.handling = (_customer, entry) => {
      if (entry === 1) throw new Error('poison')
    }
    await sendAll(0, 9)
    await workAs(BY_CUSTOMER)
    const [letter] = await deadLetters(domain).list({ state: 'waiting' })
    await deadLetters(domain).skip(letter?.id as string)
    await workAs({ partitions: 2 })
    parcels.clock.advance(61_000)
    await workAs({ partitions: 2 })
    expect(await told()).toEqual([0, 2, 3, 4, 5, 6, 7, 8])
    expect(await deadLetters(domain).count({ state: 'waiting' })).toBe(0)
  })

  test('an event without a key that overtakes one with a key says nothing about it when the order changes', async () => {
    const { hooks, clock, workAs, send, told } = parcels
    hooks.handling = (_customer, entry) => {
      if (entry === 0) throw new Error('not now')
    }
    await send('a', 0, 'p')
    await send(undefined, 1, 'p')
    await workAs(BY_CUSTOMER)
    expect(await told()).toEqual([1])
    hooks.handling = () => undefined
    clock.advance(600_000)
    await workAs(BY_STREAM)
    expect(await told()).toEqual([0, 1])
  })

  test('a pause holds for all parts, and stays one when it is divided anew', async () => {
    const { deployed, workAs, told } = parcels
    const engine = new Engine(deployed({ partitions: 3 }))
    await workAs({ partitions: 3 })
    await engine.pause('Stories')
    await sendAll(0, 6)
    await workAs({ partitions: 3 })
    expect(await told()).toEqual([])
    expect((await engine.status()).find(({ name }) => name === 'Stories')).toMatchObject({ state: 'paused', lag: 6 })
    await workAs({ partitions: 2 })
    expect(await told()).toEqual([])
    const other = new Engine(deployed({ partitions: 2 }))
    await other.resume('Stories')
    await workAs({ partitions: 2 })
    expect(await told()).toEqual(all(6))
  })
})

test('dead letters of all parts are those of the subscription, and are replayed by the part that they are of', async () => {
  parcels = makeDividedParcels()
  const { domain, hooks, clock, send, workAs, storyOf, deployed } = parcels
  await domain.init()
  hooks.handling = () => {
    throw new Error('poison')
  }
  for (let entry = 0; entry < 8; entry += 1) await send(`c${entry}`, entry)
  const deployment = { partitions: 3, sequentialBy: 'customer' }
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await workAs(deployment)
    clock.advance(600_000)
  }
  expect(await deadLetters(domain).count({ subscription: 'Stories' })).toBe(8)
  const status = (await new Engine(deployed(deployment)).status()).find(({ name }) => name === 'Stories')
  expect(status).toMatchObject({ deadLetters: 8, lag: 0, parts: [{ part: 1 }, { part: 2 }, { part: 3 }] })
  hooks.handling = () => undefined
  await deadLetters(domain).replayAll({ subscription: 'Stories' })
  await workAs(deployment)
  for (let entry = 0; entry < 8; entry += 1) expect(await storyOf(`c${entry}`)).toEqual([entry])
  expect(await deadLetters(domain).count()).toBe(0)
})

test('a dead letter that is replayed reaches the engine that holds its part', async () => {
  parcels = makeDividedParcels()
  const { domain, hooks, clock, send, workAs, startAs, storyOf, eventually, pass, stopAll } = parcels
  await domain.init()
  hooks.handling = () => {
    throw new Error('poison')
  }
  await send('a', 1)
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await workAs({ partitions: 2 })
    clock.advance(600_000)
  }
  hooks.handling = () => undefined
  startAs({ partitions: 2 }, 'one')
  await eventually(async () => (await parcels.rows()).filter(({ owner }) => owner !== null).length).toBe(2)
  const [letter] = await deadLetters(domain).list()
  await deadLetters(domain).replay(letter?.id as string)
  await eventually(async () => {
    await pass(500)
    return storyOf('a')
  }).toEqual([1])
  await stopAll()
})

test('groups of parts that are no more are removed from the broker, so that it keeps nothing for them', async () => {
  parcels = makeDividedParcels('stream', (customer, entry) => `${customer}:${entry}`)
  const { domain, send, workAs } = parcels
  await domain.init()
  const broker = domain.brokers.get('default')
  for (let entry = 0; entry < 6; entry += 1) await send('a', entry)
  await workAs({ partitions: 3 })
  await workAs({ partitions: 1 })
  // With no more than one group, which has had everything, all of it can go.
  expect(await broker?.trim('parcels::parcel', 0)).toBe(6)
  await send('a', 6)
  await workAs({ partitions: 1, sequentialBy: 'customer' })
  expect(await broker?.trim('parcels::parcel', 0)).toBe(1)
})
