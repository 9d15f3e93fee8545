import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeRunningLedger } from './running-engines.ts'
import { makeStreamingLedger } from './streams.ts'

type Calls = Record<string, number>

/** Counts the calls of an adapter's methods from now on. */
function counted(adapter: object, names: readonly string[]): Calls {
  const calls: Calls = Object.fromEntries(names.map((name) => [name, 0]))
  const target = adapter as Record<string, (...args: unknown[]) => unknown>
  for (const name of names) {
    const original = target[name]?.bind(target)
    if (original === undefined) throw new Error(`there is no ${name}`)
    target[name] = (...args) => {
      calls[name] = (calls[name] ?? 0) + 1
      return original(...args)
    }
  }
  return calls
}

describe('messages that a broker brings', () => {
  let ledger: ReturnType<typeof makeStreamingLedger>
  beforeEach(() => {
    ledger = makeStreamingLedger()
  })
  afterEach(() => ledger.stopAll())

  test('are published, read and acknowledged by the page and not one by one (R2.30)', async () => {
    const { domain, broker, work, enter, booked } = ledger
    domain.config.outbox.messagesPerTick = 50
    domain.config.server.messagesPerTick = 50
    await domain.init()
    await enter('a', 0)
    await work()
    for (let amount = 1; amount <= 100; amount += 1) await enter(`a${amount % 7}`, amount)
    const calls = counted(broker(), ['publish', 'read', 'acknowledge', 'pending', 'claim'])
    await work()
    expect(booked).toHaveLength(101)
    // Four pages of events and of what they lead to, and those that find nothing, for each of the subscriptions.
    expect(calls.publish).toBeLessThanOrEqual(12)
    expect(calls.acknowledge).toBeLessThanOrEqual(12)
    expect(Object.values(calls).reduce((sum, count) => sum + count, 0)).toBeLessThan(50)
  })
})

describe('streams in which nothing happens', () => {
  let ledger: ReturnType<typeof makeRunningLedger>
  beforeEach(() => {
    ledger = makeRunningLedger()
  })
  afterEach(() => ledger.stopAll())

  test('cost nothing, however many they are: an engine that has worked on hundreds asks as little as a new one (R2.32)', {
    timeout: 60_000,
  }, async () => {
    const { domain, enter, booked, start, eventually, pass } = ledger
    await domain.init()
    start()
    for (let account = 0; account < 200; account += 1) await enter(`a${account}`, 1)
    await eventually(() => booked.length, 60_000).toBe(200)
    await pass(2000)
    const database = domain.providers.get('default')?.database as object
    const reads = counted(domain.eventStore, ['readCategory', 'readAll', 'readStream', 'head'])
    const statements = counted(database, ['load', 'select', 'count', 'commit', 'updateWhere', 'begin'])
    await pass(30_000)
    const total = [reads, statements].flatMap((calls) => Object.values(calls)).reduce((sum, count) => sum + count, 0)
    expect(total).toBeGreaterThan(5)
    expect(total / 30).toBeLessThan(1.4)
  })
})
