import { Priority } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Lane } from '../../src/engine/lane.ts'
import { ReadyLanes } from '../../src/engine/ready-lanes.ts'
import { ACCOUNTS, BOOKINGS, makeStreamingLedger } from './streams.ts'

let ledger: ReturnType<typeof makeStreamingLedger>

beforeEach(() => {
  ledger = makeStreamingLedger()
  const { domain } = ledger
  // #region lanes
  domain.config.server.priorityLanes = { enabled: true, threshold: Priority.NORMAL }
  // #endregion lanes
})
afterEach(() => ledger.stopAll())

const enter = (account: string, amount: number, priority: number) =>
  ledger.domain.process(new ledger.Enter({ account, amount }), { asynchronous: false, priority })

describe.each(['stream', 'event_store'] as const)('with lanes, on subscriptions of type %s', (type) => {
  beforeEach(() => {
    ledger.domain.config.server.defaultSubscriptionType = type
  })

  test('everything is handled, whatever its priority', async () => {
    const { domain, Enter, balanceOf, work } = ledger
    await domain.init()
    for (const [index, priority] of Object.values(Priority).entries())
      await domain.process(new Enter({ account: `a${index}`, amount: index }), { priority })
    expect((await work()).failures).toEqual([])
    for (const index of Object.values(Priority).keys()) expect(await balanceOf(`a${index}`)).toEqual([index])
  })

  test('a low priority never lets an event be overtaken by a later one of its own stream', async () => {
    const { domain, balanceOf, work } = ledger
    await domain.init()
    const priorities = [Priority.LOW, Priority.HIGH, Priority.BULK, Priority.NORMAL, Priority.LOW, Priority.CRITICAL]
    for (const [index, priority] of priorities.entries()) await enter('a', index, priority)
    await work()
    expect(await balanceOf('a')).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('what is urgent goes before bulk work that came first', async () => {
    const { domain, booked, work } = ledger
    domain.config.server.concurrency = 1
    await domain.init()
    for (let index = 0; index < 30; index += 1) await enter(`bulk-${index}`, index, Priority.BULK)
    for (let index = 0; index < 5; index += 1) await enter(`urgent-${index}`, index, Priority.NORMAL)
    await work()
    const places = booked.flatMap((entry, place) => (entry.startsWith('urgent') ? [place] : []))
    expect(Math.max(...places)).toBeLessThan(10)
    expect(booked).toHaveLength(35)
  })
})

test('what may wait is handled at once while nothing urgent comes (R2.31)', async () => {
  const { domain, booked, start, eventually, timers } = ledger
  await domain.init()
  const engine = start()
  await eventually(() => timers.sleeping > 0)
  for (let amount = 1; amount <= 3; amount += 1) {
    await enter('a', amount, Priority.BULK)
    await eventually(() => booked.length).toBe(amount)
  }
  expect(engine.failures).toEqual([])
})

test('events of low priority take the lane of their own', async () => {
  const { domain, publishAll, backlog } = ledger
  await domain.init()
  await enter('a', 1, Priority.LOW)
  await enter('a', 2, Priority.NORMAL)
  await publishAll()
  expect(await backlog(ACCOUNTS, BOOKINGS)).toBe(1)
  expect(await backlog(`${ACCOUNTS}:backfill`, BOOKINGS)).toBe(1)
})

describe('turns', () => {
  const lane = (name: string, isLow: boolean) => {
    const made = new Lane(name)
    made.add({ message: undefined as never, place: undefined, isLow })
    return made
  }
  const order = (ready: ReadyLanes) => {
    const names: string[] = []
    for (let first = ready.first; first !== undefined; first = ready.first) {
      names.push(first.unit)
      ready.shift()
    }
    return names
  }

  test('R2.31: one of ten is for what may wait', () => {
    const ready = new ReadyLanes()
    for (let index = 0; index < 3; index += 1) ready.add(lane(`low-${index}`, true))
    for (let index = 0; index < 25; index += 1) ready.add(lane(`usual-${index}`, false))
    const names = order(ready)
    expect(names.flatMap((name, place) => (name.startsWith('low') ? [place] : []))).toEqual([9, 19, 27])
    expect(names.filter((name) => name.startsWith('usual'))).toEqual(Array.from({ length: 25 }, (_, index) => `usual-${index}`))
  })

  test('none is left unused when only one kind is there', () => {
    const ready = new ReadyLanes()
    for (let index = 0; index < 12; index += 1) ready.add(lane(`low-${index}`, true))
    expect(order(ready)).toHaveLength(12)
    expect(ready.length).toBe(0)
  })

  test('a stream in which something urgent arrives behind bulk work moves up', () => {
    const ready = new ReadyLanes()
    const mixed = lane('mixed', true)
    ready.add(mixed)
    ready.add(lane('low', true))
    for (let index = 0; index < 3; index += 1) ready.add(lane(`usual-${index}`, false))
    mixed.add({ message: undefined as never, place: undefined })
    ready.add(mixed)
    expect(order(ready)).toEqual(['usual-0', 'usual-1', 'usual-2', 'mixed', 'low'])
  })
})
