import { deadLetters, Engine, Message } from 'proteanjs'
import { beforeEach, describe, expect, test } from 'vitest'
import { FAILURE_TABLE } from '../../src/handlers/engine-tables.ts'
import { makeTimedLedger } from '../support/ledger.ts'

let ledger: ReturnType<typeof makeTimedLedger>

beforeEach(() => {
  ledger = makeTimedLedger()
})

/** Makes booking to this account fail, so many times. */
function failing(account: string, times = Number.POSITIVE_INFINITY): void {
  let left = times
  ledger.hooks.booking = (event) => {
    if (event.account !== account || left === 0) return
    left -= 1
    throw new Error(`no booking for ${account}`)
  }
}

async function append(message: Message): Promise<void> {
  const { stream, category } = message
  await ledger.domain.eventStore.append([{ stream, category, messages: [message] }])
}

describe('a stream whose message fails', () => {
  test('waits, while other streams go on (R2.23)', async () => {
    const { domain, enter, balanceOf, work } = ledger
    failing('a')
    await domain.init()
    for (const amount of [1, 2]) for (const account of ['a', 'b']) await enter(account, amount)
    const engine = await work()
    expect(await balanceOf('a')).toEqual([])
    expect(await balanceOf('b')).toEqual([1, 2])
    expect(engine.failures).toMatchObject([
      { handler: 'Bookings', attempt: 1, error: { message: 'no booking for a' }, message: { type: 'Ledger.Entered.v1' } },
    ])
    expect(engine.exitCode).toBe(1)
  })

  test('goes on in order, with what came meanwhile, when the message is tried again after a pause that grows (R1.4)', async () => {
    const { domain, clock, enter, balanceOf, work } = ledger
    failing('a', 2)
    await domain.init()
    for (const amount of [1, 2]) await enter('a', amount)
    await work()
    clock.advance(999)
    expect((await work()).failures).toHaveLength(0)
    clock.advance(1)
    expect((await work()).failures).toMatchObject([{ attempt: 2 }])
    await enter('a', 3)
    clock.advance(1999)
    expect((await work()).failures).toHaveLength(0)
    expect(await balanceOf('a')).toEqual([])
    clock.advance(1)
    await work()
    expect(await balanceOf('a')).toEqual([1, 2, 3])
    await enter('a', 4)
    await work()
    expect(await balanceOf('a')).toEqual([1, 2, 3, 4])
    expect(await domain.providers.get('default')?.database.count(FAILURE_TABLE, { op: 'and', terms: [] })).toBe(0)
  })

  test('gives the message up after all attempts, which survive restarts, and goes on behind it (R1.2, R1.9)', async () => {
    const { domain, clock, enter, balanceOf, work } = ledger
    ledger.hooks.booking = ({ amount }) => {
      if (amount === 1) throw new Error('one is poison')
    }
    await domain.init()
    for (const amount of [1, 2]) await enter('a', amount)
    const attempts: number[] = []
    for (let run = 0; run < 6; run += 1) {
      attempts.push(...(await work()).failures.map(({ attempt }) => attempt))
      clock.advance(60_000)
    }
    expect(attempts).toEqual([1, 2, 3, 4])
    expect(await balanceOf('a')).toEqual([2])
    const [letter, ...others] = await deadLetters(domain).list()
    expect(others).toEqual([])
    expect(letter).toMatchObject({
      subscription: 'Bookings',
      handler: 'Bookings',
      state: 'dead',
      attempts: 4,
      reason: 'Error: one is poison',
    })
    expect(letter?.stack).toContain('failures.test')
    expect(letter?.message.data).toEqual({ account: 'a', amount: 1 })
  })

  test('W13: feeds no messages to its category: each attempt is one failure, and the log stays as it is', async () => {
    const { domain, clock, enter, work } = ledger
    failing('a')
    const heard: string[] = []
    domain.eventHandler('Audit', { streamCategory: '$all' }).handle('any', async (_, { type }) => void heard.push(type))
    await domain.init()
    await enter('a', 1)
    const stored = async () => (await domain.eventStore.readAll({ limit: 100 })).messages.map(({ stream }) => stream)
    const before = await stored()
    const failures: unknown[] = []
    for (let run = 0; run < 8; run += 1) {
      failures.push(...(await work()).failures)
      clock.advance(60_000)
    }
    expect(failures).toHaveLength(4)
    expect(heard).toEqual(['Ledger.Entered.v1'])
    expect(await stored()).toEqual(before)
    expect(await deadLetters(domain).count()).toBe(1)
    expect(await domain.providers.get('default')?.database.count(FAILURE_TABLE, { op: 'and', terms: [] })).toBe(1)
  })

  test('is found waiting by the next engine, which handles nothing of it out of order', async () => {
    const { domain, clock, enter, balanceOf, work } = ledger
    failing('a', 1)
    await domain.init()
    await enter('a', 1)
    await work()
    await enter('a', 2)
    await work()
    expect(await balanceOf('a')).toEqual([])
    clock.advance(1000)
    await work()
    expect(await balanceOf('a')).toEqual([1, 2])
  })

  test('can fail again while it catches up', async () => {
    const { domain, clock, enter, balanceOf, work } = ledger
    const tries = new Map<number, number>()
    ledger.hooks.booking = ({ amount }) => {
      const tried = (tries.get(amount) ?? 0) + 1
      tries.set(amount, tried)
      if (tried === 1) throw new Error('the first time fails')
    }
    await domain.init()
    for (const amount of [1, 2, 3]) await enter('a', amount)
    for (let run = 0; run < 4; run += 1) {
      await work()
      clock.advance(1000)
    }
    expect(await balanceOf('a')).toEqual([1, 2, 3])
  })
})

describe('onError decides', () => {
  test.each([
    ['skip', [2], 0],
    ['dead-letter', [2], 1],
  ] as const)('%s: the stream goes on at once', async (decision, entries, letters) => {
    const { domain, enter, balanceOf, work, bookings } = ledger
    ledger.hooks.booking = ({ amount }) => {
      if (amount === 1) throw new Error('one is poison')
    }
    bookings.onError(async () => decision)
    await domain.init()
    for (const amount of [1, 2]) await enter('a', amount)
    await work()
    expect(await balanceOf('a')).toEqual(entries)
    expect(await deadLetters(domain).count()).toBe(letters)
  })

  test('retry: at once, which counts', async () => {
    const { domain, enter, work, bookings } = ledger
    failing('a')
    bookings.onError(async () => 'retry')
    await domain.init()
    await enter('a', 1)
    expect((await work()).failures.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4])
    expect(await deadLetters(domain).count()).toBe(1)
  })

  test('nothing when it fails itself: that is reported, and the policy holds', async () => {
    const { domain, enter, work, bookings } = ledger
    failing('a')
    bookings.onError(async () => {
      throw new Error('and the hook too')
    })
    await domain.init()
    await enter('a', 1)
    expect((await work()).failures.map(({ handler }) => handler)).toEqual(['Bookings', 'Bookings.onError'])
    expect(await deadLetters(domain).count({ state: 'waiting' })).toBe(1)
  })
})

describe('a message that cannot be handled at all is a dead letter at once, and never comes back (R1.1)', () => {
  async function enterAsync(): Promise<Message> {
    const { domain, Enter } = ledger
    await domain.process(new Enter({ account: 'a', amount: 1 }))
    const [message] = (await domain.eventStore.readCategory('ledger::account:command', { limit: 1 })).messages
    return message as Message
  }

  test.each([
    ['a command of a type that nobody knows (R1.17)', 'MESSAGE_TYPE_UNKNOWN', { type: 'Ledger.Vanish.v1' }, undefined],
    ['a payload that does not fit', 'MESSAGE_DATA_INVALID', {}, { account: 'a', amount: 'much' }],
  ])('%s', async (_, code, headers, data) => {
    const { domain, balanceOf, work } = ledger
    await domain.init()
    const sample = await enterAsync()
    const changed = {
      ...sample.metadata,
      headers: { ...sample.metadata.headers, id: 'odd', ...headers },
      envelope: { specversion: '1.0' } as const,
    }
    await append(new Message(data ?? sample.data, changed))
    const engine = await work()
    expect(await deadLetters(domain).list()).toMatchObject([{ code, subscription: 'ledger::account:command', attempts: 1 }])
    expect(engine.failures).toHaveLength(1)
    expect(await balanceOf('a')).toEqual([1])
    expect((await work()).failures).toEqual([])
  })

  test('a payload that somebody changed', async () => {
    const { domain, work } = ledger
    await domain.init()
    const sample = await enterAsync()
    await append(
      new Message({ account: 'a', amount: 1_000_000 }, { ...sample.metadata, headers: { ...sample.metadata.headers, id: 'odd' } }),
    )
    await work()
    expect(await deadLetters(domain).list()).toMatchObject([{ code: 'MESSAGE_CHECKSUM_MISMATCH' }])
  })
})

test('a command whose deadline has passed is not handled, and that can be seen', async () => {
  const { domain, clock, Enter, balanceOf } = ledger
  await domain.init()
  await domain.process(new Enter({ account: 'a', amount: 1 }), { timeout: 5 })
  await domain.process(new Enter({ account: 'b', amount: 1 }), { timeout: 50 })
  clock.advance(5001)
  const engine = new Engine(domain, { testMode: true })
  const skipped: unknown[] = []
  engine.onTrace(({ event, handler, reason, message }) => {
    if (event === 'handler.skipped') skipped.push([handler, reason, message?.data.account])
  })
  await engine.run()
  expect(skipped).toEqual([['AccountCommands', 'deadline_exceeded', 'a']])
  expect(await balanceOf('a')).toEqual([])
  expect(await balanceOf('b')).toEqual([1])
  expect(engine.failures).toEqual([])
})

test('without dead letters what is given up is discarded', async () => {
  const { domain, enter, balanceOf, work } = ledger
  domain.config.server.subscriptions = { Bookings: { maxRetries: 0, enableDlq: false } }
  ledger.hooks.booking = ({ amount }) => {
    if (amount === 1) throw new Error('no')
  }
  await domain.init()
  for (const amount of [1, 2]) await enter('a', amount)
  await work()
  expect(await balanceOf('a')).toEqual([2])
  expect(await deadLetters(domain).count()).toBe(0)
})
