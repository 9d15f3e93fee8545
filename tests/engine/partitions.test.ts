import { deadLetters } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { turn } from '../../src/util/runtime/turn.ts'
import { makeDividedParcels } from './divided.ts'

const TYPES = ['event_store', 'stream'] as const
const ORDERS = [{}, { sequentialBy: 'customer' }] as const
const CASES = TYPES.flatMap((type) => ORDERS.map((order) => ({ type, order, by: 'sequentialBy' in order ? 'key' : 'stream' })))
const PARCELS = Array.from({ length: 12 }, (_, index) => `p${index}`)

describe.each(CASES)('a subscription of type $type, ordered by $by', ({ type, order }) => {
  let parcels: ReturnType<typeof makeDividedParcels>

  beforeEach(async () => {
    parcels = makeDividedParcels(type)
    await parcels.domain.init()
  })
  afterEach(() => parcels.stopAll())

  /** Each customer has one parcel, so that both orders mean the same. */
  async function sendAll(from: number, to: number): Promise<void> {
    for (let entry = from; entry < to; entry += 1) await parcels.send(customerOf(entry), entry, PARCELS[entry % PARCELS.length])
  }
  const customerOf = (entry: number) => `c${entry % PARCELS.length}`
  const stories = () => Promise.all(PARCELS.map((_, index) => parcels.storyOf(`c${index}`)))
  const inOrder = (count: number) => PARCELS.map((_, at) => [...Array(count).keys()].filter((entry) => entry % PARCELS.length === at))

  test('in parts has every message handled by one part, in order', async () => {
    const { workAs, overlaps, rows } = parcels
    await sendAll(0, 60)
    const engine = await workAs({ partitions: 3, ...order })
    expect(engine.failures).toEqual([])
    expect(await stories()).toEqual(inOrder(60))
    expect(overlaps).toEqual([])
    const [whole, ...parts] = await rows()
    expect(whole).toMatchObject({ id: 'parcels:Stories', state: 'retired' })
    expect(parts.map(({ id }) => id)).toEqual(['parcels:Stories#1/3', 'parcels:Stories#2/3', 'parcels:Stories#3/3'])
    await sendAll(60, 80)
    await workAs({ partitions: 3, ...order })
    expect(await stories()).toEqual(inOrder(80))
  })

  test('in parts is shared by engines, and what one held is taken over when it stops', async () => {
    const { startAs, rows, eventually, pass, overlaps } = parcels
    const deployment = { partitions: 4, ...order }
    const owners = async () => (await rows()).slice(1).map(({ owner }) => String(owner).split(':')[0])
    const one = startAs(deployment, 'one')
    await eventually(owners).toEqual(['one', 'one', 'one', 'one'])
    startAs(deployment, 'two')
    await sendAll(0, 24)
    await eventually(async () => {
      await pass(1000)
      return (await owners()).sort()
    }).toEqual(['one', 'one', 'two', 'two'])
    await sendAll(24, 60)
    await eventually(async () => {
      await pass(500)
      return stories()
    }).toEqual(inOrder(60))
    await one.stop()
    await sendAll(60, 72)
    await eventually(async () => {
      await pass(1000)
      return stories()
    }).toEqual(inOrder(72))
    expect(await owners()).toEqual(['two', 'two', 'two', 'two'])
    expect(overlaps).toEqual([])
  })

  test('is divided anew, into more parts and into fewer, and loses and doubles nothing', async () => {
    const { workAs } = parcels
    let sent = 0
    for (const partitions of [1, 3, 2, 5, 1, 4, 1]) {
      await sendAll(sent, sent + 14)
      sent += 14
      expect((await workAs({ partitions, ...order })).failures).toEqual([])
      expect(await stories(), `${partitions}`).toEqual(inOrder(sent))
    }
  })

  test('is divided anew with streams that wait, and with work that was begun and not ended', async () => {
    const { workAs, hooks, clock, startAs, eventually, timers } = parcels
    hooks.handling = async (_customer, entry) => {
      if (entry === 3 || entry === 17) throw new Error('not now')
      // Some take so long that others are far ahead when the engine is stopped.
      if (entry % 5 === 0) for (let turns = 200; turns > 0; turns -= 1) await turn()
    }
    await sendAll(0, 40)
    let sent = 40
    for (const partitions of [2, 5, 1, 3, 1]) {
      const engine = startAs({ partitions, ...order }, `of ${partitions}`)
      await eventually(async () => {
        await timers.advance(200)
        return (await stories()).flat().length
      }).toBeGreaterThan(0)
      await engine.stop()
      await sendAll(sent, sent + 6)
      sent += 6
    }
    hooks.handling = () => undefined
    for (let run = 0; run < 4; run += 1) {
      clock.advance(600_000)
      await workAs({ partitions: 2, ...order })
    }
    expect(await stories()).toEqual(inOrder(sent))
    expect(await deadLetters(parcels.domain).count({ state: 'waiting' })).toBe(0)
  })

  test('waits with its new division while an engine works by the old one', async () => {
    const { startAs, rows, eventually, pass } = parcels
    const old = startAs({ partitions: 2, ...order }, 'old')
    await eventually(async () => (await rows()).filter(({ owner }) => owner !== null).length).toBe(2)
    startAs({ partitions: 3, ...order }, 'new')
    await sendAll(0, 24)
    await eventually(async () => {
      await pass(1000)
      return stories()
    }).toEqual(inOrder(24))
    expect(String((await rows())[1]?.owner)).toMatch(/^old:/)
    await old.stop()
    await sendAll(24, 36)
    await eventually(async () => {
      await pass(1000)
      return stories()
    }).toEqual(inOrder(36))
    const held = (await rows()).filter(({ owner }) => String(owner).startsWith('new:'))
    expect(held.map(({ id }) => id)).toEqual(['parcels:Stories#1/3', 'parcels:Stories#2/3', 'parcels:Stories#3/3'])
  })
})
