import type { EngineTrace } from 'proteanjs'
import { deadLetters, Engine } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeRunningLedger } from '../running-engines.ts'
import { seizeLease } from '../seized-lease.ts'

const HOUR = 3_600_000

let ledger: ReturnType<typeof makeRunningLedger>
let isBroken: boolean

beforeEach(() => {
  ledger = makeRunningLedger()
  isBroken = true
  const { domain, hooks, bookings, Entered } = ledger
  domain.config.server.dlq.enabled = true
  hooks.booking = ({ amount }) => {
    if (isBroken && amount < 0) throw new Error('the bank is closed')
  }
  bookings.onError(async () => 'dead-letter')
  domain
    .eventHandler('Others', { partOf: ledger.Balance })
    .handle(Entered, async ({ amount }) => {
      if (amount < 0) throw new Error('no debts')
    })
    .onError(async () => 'dead-letter')
})
afterEach(() => ledger.stopAll())

const ofHandler = (subscription: string) => deadLetters(ledger.domain).count({ subscription })

/** Messages that neither handler can handle. */
async function fail(...accounts: string[]): Promise<void> {
  for (const account of accounts) await ledger.enter(account, -1)
}

describe('a dead letter', () => {
  test('is kept for the time that is configured, each handler’s for its own, and what is to be replayed for longer', async () => {
    const { domain, clock, start, eventually, pass } = ledger
    domain.config.server.subscriptions = { Others: { dlqRetentionHours: 2 } }
    domain.config.server.dlq.retentionHours = 5
    await domain.init()
    start()
    await fail('a', 'b')
    await eventually(() => deadLetters(domain).count()).toBe(4)
    await fail('c')
    await eventually(() => deadLetters(domain).count()).toBe(6)
    clock.advance(2 * HOUR - 5000)
    await pass(3000)
    expect(await ofHandler('Others')).toBe(3)
    clock.advance(65_000)
    await eventually(async () => {
      await pass(1000)
      return ofHandler('Others')
    }).toBe(0)
    expect(await ofHandler('Bookings')).toBe(3)
    clock.advance(3 * HOUR)
    await eventually(async () => {
      await pass(1000)
      return ofHandler('Bookings')
    }).toBe(0)
  })

  test('is not removed while its stream waits for it, or somebody wants to see it replayed', async () => {
    const { domain, bookings, clock, start, eventually, pass } = ledger
    bookings.onError(async () => undefined)
    domain.config.server.retryMaxDelaySeconds = 1_000_000
    domain.config.server.subscriptions = { Bookings: { retryDelaySeconds: 1_000_000 } }
    await domain.init()
    const engine = start()
    await fail('a')
    await eventually(() => deadLetters(domain).count({ state: 'waiting' })).toBe(1)
    await eventually(() => ofHandler('Others')).toBe(1)
    await engine.pause('Others')
    await deadLetters(domain).replayAll({ subscription: 'Others' })
    clock.advance(200 * HOUR)
    await pass(9000)
    expect(await deadLetters(domain).count({ state: 'waiting' })).toBe(1)
    expect(await deadLetters(domain).count({ state: 'replaying' })).toBe(1)
  })

  test('stays for ever where upkeep is not enabled, which is the default', async () => {
    const { domain, clock, start, eventually, pass } = ledger
    domain.config.server.dlq.enabled = false
    await domain.init()
    start()
    await fail('a')
    await eventually(() => deadLetters(domain).count()).toBe(2)
    clock.advance(2000 * HOUR)
    await pass(9000)
    expect(await deadLetters(domain).count()).toBe(2)
  })
})

describe('an alert', () => {
  test('is raised once for each crossing, also by the engine that takes over (R3.39)', async () => {
    const { domain, start, eventually, pass } = ledger
    domain.config.server.dlq.alertThreshold = 3
    domain.config.server.subscriptions = { Others: { dlqAlertThreshold: 2 } }
    await domain.init()
    const alerts: EngineTrace[] = []
    const watch = (engine: Engine) => void engine.onTrace((trace) => trace.event === 'dead_letters.alert' && alerts.push(trace))
    const minutes = (count: number) => pass(count * 60_000, 5000)
    const heard = (...workers: string[]) =>
      eventually(async () => {
        await minutes(1)
        return alerts.map(({ worker }) => worker)
      }).toEqual(workers)
    watch(start({ name: 'one' }))
    await fail('a', 'b')
    await eventually(() => deadLetters(domain).count()).toBe(4)
    await heard('Others')
    await minutes(3)
    expect(alerts.map(({ reason }) => reason)).toEqual(['2 dead letters; an alert is raised at 2'])
    watch(start({ name: 'two' }))
    await seizeLease(domain, 'dead-letters:default')
    await minutes(3)
    expect(alerts).toHaveLength(1)
    await fail('c')
    await eventually(async () => {
      await pass(1000)
      return deadLetters(domain).count()
    }).toBe(6)
    await heard('Others', 'Bookings')
    await deadLetters(domain).purge({ subscription: 'Others' })
    await minutes(3)
    await fail('d', 'e')
    await eventually(async () => {
      await pass(1000)
      return ofHandler('Others')
    }).toBe(2)
    await heard('Others', 'Bookings', 'Others')
  })

  test('is shown by status() for as long as there are so many', async () => {
    const { domain, start, eventually } = ledger
    domain.config.server.subscriptions = { Others: { dlqAlertThreshold: 1 } }
    await domain.init()
    start()
    await fail('a')
    await eventually(() => deadLetters(domain).count()).toBe(2)
    const alerting = async () => (await new Engine(domain).status()).filter((worker) => worker.deadLetterAlert).map(({ name }) => name)
    expect(await alerting()).toEqual(['Others'])
    await deadLetters(domain).purge()
    expect(await alerting()).toEqual([])
  })
})
