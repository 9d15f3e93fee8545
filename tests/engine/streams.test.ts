import { deadLetters, Priority } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Broker } from '../../src/ports/broker.ts'
import { ACCOUNTS, BOOKINGS, makeStreamingLedger } from './streams.ts'

let ledger: ReturnType<typeof makeStreamingLedger>

beforeEach(() => {
  ledger = makeStreamingLedger()
})
afterEach(() => ledger.stopAll())

describe('a subscription to streams', () => {
  test('handles asynchronous commands, their events and what those lead to, until nothing is left', async () => {
    const { domain, Enter, balanceOf, work } = ledger
    await domain.init()
    await domain.process(new Enter({ account: 'a', amount: 5 }))
    await domain.process(new Enter({ account: 'a', amount: 7 }))
    await domain.process(new Enter({ account: 'b', amount: 1 }))
    const engine = await work()
    expect(await balanceOf('a')).toEqual([5, 7])
    expect(await balanceOf('b')).toEqual([1])
    expect(engine.failures).toEqual([])
  })

  test('acknowledges what is dealt with', async () => {
    const { domain, enter, work, backlog } = ledger
    await domain.init()
    await enter('a', 1)
    expect(await backlog(ACCOUNTS, BOOKINGS)).toBe(0)
    await work()
    expect(await backlog(ACCOUNTS, BOOKINGS)).toBe(0)
    await enter('a', 2)
    await work()
    expect(await backlog(ACCOUNTS, BOOKINGS)).toBe(0)
    expect(ledger.booked).toEqual(['a:1', 'a:2'])
  })

  test('works in the background, woken by what is published', async () => {
    const { domain, enter, booked, start, eventually } = ledger
    await domain.init()
    start()
    await eventually(() => ledger.timers.sleeping > 0)
    await enter('a', 1)
    await eventually(() => booked.length).toBe(1)
    await enter('b', 2)
    await eventually(() => booked.length).toBe(2)
  })

  test('shows how far it is, whoever works on it', async () => {
    const { domain, enter, start, eventually, hooks } = ledger
    await domain.init()
    hooks.booking = () => {
      throw new Error('not yet')
    }
    const engine = start()
    await enter('a', 1)
    await enter('b', 1)
    const bookings = async () => (await engine.status()).find(({ name }) => name === 'Bookings')
    await eventually(async () => (await bookings())?.waitingStreams).toBe(2)
    await ledger.pass(1000)
    await eventually(async () => (await bookings())?.lag).toBe(2)
    expect(await bookings()).toMatchObject({ state: 'running', atLeast: false, oldestMs: expect.any(Number) })
  })

  test('says that nobody knows how far it is while the broker does not answer, and all else', async () => {
    const { domain, enter, start, eventually, hooks, bookings: handler, broker } = ledger
    handler.onError(async () => 'dead-letter')
    hooks.booking = () => {
      throw new Error('not yet')
    }
    await domain.init()
    const engine = start()
    await enter('a', 1)
    await eventually(() => deadLetters(domain).count()).toBe(1)
    const backlog = vi.spyOn(broker(), 'backlog').mockRejectedValue(new Error('the broker is away'))
    const workers = await engine.status()
    const find = (name: string) => workers.find((worker) => worker.name === name)
    expect(find('Bookings')).toMatchObject({ state: 'running', lag: undefined, deadLetters: 1, problem: 'the broker is away' })
    expect(find('outbox:default:default')).toMatchObject({ lag: 0 })
    expect(find('outbox:default:default')?.problem).toBeUndefined()
    backlog.mockRestore()
    expect((await engine.status()).every(({ lag, problem }) => lag !== undefined && problem === undefined)).toBe(true)
  })
})

describe('nothing is lost, and nothing done twice', () => {
  test('what was read and not dealt with when a process died is handled first by whoever comes next (R1.3)', async () => {
    const { domain, enter, booked, broker, work } = ledger
    await domain.init()
    await enter('a', 1)
    await enter('b', 2)
    await work()
    booked.length = 0
    await enter('a', 3)
    await ledger.publishAll()
    // By a process that died of it.
    const taken = await broker().read({ stream: ACCOUNTS, group: BOOKINGS, consumer: 'dead', count: 100 })
    expect(taken).toHaveLength(1)
    await work()
    expect(booked).toEqual(['a:3'])
    expect(await ledger.backlog(ACCOUNTS, BOOKINGS)).toBe(0)
  })

  test('a message stays pending while it is handled, and until that is stored', async () => {
    const { domain, enter, hooks, broker, work } = ledger
    await domain.init()
    const pending: number[] = []
    hooks.booking = async () => void pending.push((await broker().pending(ACCOUNTS, BOOKINGS, 10)).length)
    await enter('a', 1)
    await work()
    expect(pending).toEqual([1])
    expect(await broker().pending(ACCOUNTS, BOOKINGS, 10)).toEqual([])
  })

  test('what was given to a connection that was gone by then is looked for, also without another process', async () => {
    const { domain, enter, booked, broker, start, eventually, pass } = ledger
    await domain.init()
    const target = broker() as { read: Broker['read'] }
    const read = target.read.bind(target)
    let lost = 0
    target.read = async (wanted) => {
      const deliveries = await read(wanted)
      if (wanted.group !== BOOKINGS || lost > 0) return deliveries
      lost += deliveries.length
      return []
    }
    start()
    await enter('a', 1)
    await eventually(() => lost).toBe(1)
    expect(booked).toEqual([])
    // More than once: it is looked for some time after a reading that may not have ended yet.
    await eventually(async () => {
      await pass(31_000)
      return booked.length
    }).toBe(1)
  })

  test('what is delivered again changes nothing (R1.21)', async () => {
    const { domain, enter, booked, broker, work } = ledger
    await domain.init()
    await enter('a', 1)
    await enter('a', 2)
    await work()
    const all = await broker().read({ stream: ACCOUNTS, group: 'copier', consumer: 'one', count: 100 })
    await broker().publish(
      ACCOUNTS,
      all.map(({ payload }) => payload),
    )
    await work()
    expect(booked).toEqual(['a:1', 'a:2'])
  })

  test('what the broker lost is read from the log: before a later message of its stream at once (R1.16)', async () => {
    const { domain, enter, booked, broker, work } = ledger
    await domain.init()
    await enter('a', 1)
    await work()
    await enter('a', 2)
    await enter('a', 3)
    await ledger.publishAll()
    await broker().resetData()
    await enter('a', 4)
    await work()
    expect(booked).toEqual(['a:1', 'a:2', 'a:3', 'a:4'])
  })

  test('and otherwise within two minutes', async () => {
    const { domain, enter, booked, broker, work, audit } = ledger
    await domain.init()
    await enter('a', 1)
    await ledger.publishAll()
    await broker().resetData()
    await work()
    expect(booked).toEqual([])
    await audit()
    expect(booked).toEqual(['a:1'])
  })

  test('what cannot be read is a dead letter at once, with what it was, and nothing waits for it (R1.1)', async () => {
    const { domain, enter, booked, broker, work } = ledger
    await domain.init()
    await broker().publish(ACCOUNTS, [{ hello: 'world' }])
    await enter('a', 1)
    const engine = await work()
    expect(booked).toEqual(['a:1'])
    expect(engine.failures).toHaveLength(1)
    const [letter, ...others] = await deadLetters(domain).list()
    expect(others).toEqual([])
    expect(letter).toMatchObject({
      subscription: 'Bookings',
      attempts: 1,
      code: 'MESSAGE_MALFORMED',
      message: { data: { hello: 'world' } },
    })
    expect(await ledger.backlog(ACCOUNTS, BOOKINGS)).toBe(0)
    expect((await work()).failures).toEqual([])
  })
})

test('a dead letter of low priority is handled again where it failed: nothing is published again, in whichever lane (R1.7)', async () => {
  const { domain, Enter, bookings, hooks, broker, work, balanceOf } = ledger
  domain.config.server.priorityLanes = { enabled: true, threshold: Priority.NORMAL }
  bookings.onError(async () => 'dead-letter')
  await domain.init()
  hooks.booking = () => {
    throw new Error('the bank is closed')
  }
  await domain.process(new Enter({ account: 'a', amount: 1 }), { asynchronous: false, priority: Priority.BULK })
  await work()
  hooks.booking = () => undefined
  const lengths = () => Promise.all([broker().length(ACCOUNTS), broker().length(`${ACCOUNTS}:backfill`)])
  expect(await lengths()).toEqual([0, 1])
  expect(await deadLetters(domain).replayAll()).toBe(1)
  await work()
  expect(await balanceOf('a')).toEqual([1])
  expect(await lengths()).toEqual([0, 1])
})
