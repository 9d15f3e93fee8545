import type { JsonObject, Message } from 'proteanjs'
import { deadLetters, Engine, field } from 'proteanjs'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Broker } from '../../src/ports/broker.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { ManualTimers } from '../../src/testing/manual-timers.ts'
import { TestDomain } from '../support/test-domain.ts'

/** Receipts for payments that another system tells of. */
function makeReceipts() {
  const clock = new ManualClock()
  const domain = new TestDomain('receipts', { clock, timers: new ManualTimers(clock) })
  class Receipt extends domain.aggregate('Receipt', { id: field.auto({ identifier: true }), amount: field.integer() }) {}
  const seen: Message[] = []
  const hooks: { before: (payload: JsonObject) => void } = { before: () => undefined }
  const look = (payload: JsonObject, message: Message) => {
    seen.push(message)
    hooks.before(payload)
  }
  // #region subscriber
  const payments = domain.subscriber('Payments', { stream: 'payments' }, async (payload, message) => {
    await domain.repositoryFor(Receipt).add(new Receipt({ amount: payload.amount as number }))
    look(payload, message)
  })
  // #endregion subscriber
  const broker = () => domain.brokers.get('default') as Broker
  const publish = (...payloads: JsonObject[]) => broker().publish('payments', payloads)
  const amounts = async () => (await domain.repositoryFor(Receipt).query.orderBy('amount').all()).items.map(({ amount }) => amount)
  const work = async () => {
    const engine = new Engine(domain, { testMode: true, random: { next: () => 0 } })
    await engine.run()
    return engine
  }
  return { domain, clock, seen, hooks, payments, broker, publish, amounts, work }
}

let receipts: ReturnType<typeof makeReceipts>

beforeEach(() => {
  receipts = makeReceipts()
})

describe('a subscriber in an engine', () => {
  test('handles what another system published, in the order in which it came, and has it acknowledged', async () => {
    const { domain, publish, work, seen, broker } = receipts
    await domain.init()
    await publish(...[3, 1, 2].map((amount) => ({ amount })))
    await work()
    await publish({ amount: 4 })
    await work()
    expect(seen.map(({ data }) => data.amount)).toEqual([3, 1, 2, 4])
    expect(seen[0]).toMatchObject({ stream: 'payments', type: 'payments', kind: 'EVENT' })
    expect((await broker().backlog('payments', 'receipts:Payments', 10)).count).toBe(0)
    expect(new Set(seen.map(({ id }) => id)).size).toBe(4)
  })

  test('has no effect when it fails, is tried again later, and does not hold up what came after', async () => {
    const { domain, clock, publish, work, amounts, hooks } = receipts
    await domain.init()
    let isBroken = true
    hooks.before = ({ amount }) => {
      if (isBroken && amount === 1) throw new Error('no paper')
    }
    await publish({ amount: 1 }, { amount: 2 })
    const engine = await work()
    expect(engine.failures.map(({ handler, attempt }) => [handler, attempt])).toEqual([['Payments', 1]])
    expect(await amounts()).toEqual([2])
    isBroken = false
    clock.advance(60_000)
    await work()
    expect(await amounts()).toEqual([1, 2])
  })

  test('gives a message up after as many attempts as are configured, with its payload, and takes it again when asked', async () => {
    const { domain, clock, publish, work, amounts, hooks } = receipts
    domain.config.server.brokerSubscription.maxRetries = 1
    hooks.before = () => {
      throw new Error('no paper')
    }
    await domain.init()
    await publish({ amount: 1 })
    for (let run = 0; run < 3; run += 1) {
      await work()
      clock.advance(60_000)
    }
    const [letter] = await deadLetters(domain).list()
    expect(letter).toMatchObject({ subscription: 'Payments', attempts: 2, message: { data: { amount: 1 } } })
    hooks.before = () => undefined
    await deadLetters(domain).replay(letter?.id ?? '')
    await work()
    expect(await amounts()).toEqual([1])
    expect(await deadLetters(domain).count()).toBe(0)
  })

  test('is asked what is to become of a message that failed', async () => {
    const { domain, publish, work, amounts, hooks, payments } = receipts
    hooks.before = ({ amount }) => {
      if (amount === 1) throw new Error('no paper')
    }
    payments.onError(async () => 'skip')
    await domain.init()
    await publish({ amount: 1 }, { amount: 2 })
    await work()
    expect(await amounts()).toEqual([2])
    expect(await deadLetters(domain).count()).toBe(0)
  })

  test('handles a message again that was in the hands of a process that died', async () => {
    const { domain, publish, work, amounts, broker } = receipts
    await domain.init()
    await publish({ amount: 1 })
    await broker().ensureGroup('payments', 'receipts:Payments')
    await broker().read({ stream: 'payments', group: 'receipts:Payments', consumer: 'dead', count: 10 })
    await work()
    expect(await amounts()).toEqual([1])
  })

  test('knows a message that its sender publishes again by the id that it brings along', async () => {
    const { domain, publish, work, amounts } = receipts
    await domain.init()
    const envelope = { metadata: { headers: { id: 'm1' } }, amount: 1 }
    const cloudEvent = { specversion: '1.0', id: 'm1', source: 'https://pay', type: 'paid', amount: 2 }
    const other = { ...cloudEvent, source: 'https://bank', amount: 3 }
    await publish(envelope, cloudEvent, other, envelope, cloudEvent)
    await work()
    await publish(envelope, other)
    await work()
    expect(await amounts()).toEqual([1, 2, 3])
  })

  test('leaves alone what was handled at once, and takes over what failed then', async () => {
    const { domain, publish, work, seen, amounts, hooks } = receipts
    domain.config.messageProcessing = 'sync'
    await domain.init()
    await publish({ amount: 1 })
    hooks.before = () => {
      throw new Error('no paper')
    }
    await publish({ amount: 2 }).catch(() => undefined)
    hooks.before = () => undefined
    await work()
    expect(await amounts()).toEqual([1, 2])
    expect(seen).toHaveLength(3)
  })

  test('has settings of its own', async () => {
    const { domain, publish, work, hooks } = receipts
    domain.config.server.subscriptions = { Payments: { maxRetries: 0 } }
    hooks.before = () => {
      throw new Error('no paper')
    }
    await domain.init()
    await publish({ amount: 1 })
    await work()
    expect(await deadLetters(domain).count()).toBe(1)
  })
})
