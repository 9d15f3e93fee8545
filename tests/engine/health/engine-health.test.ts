import { Engine } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { EngineHealthWatch } from '../../../src/engine/health/engine-health.ts'
import { readinessOf } from '../../../src/engine/health/readiness.ts'
import { turn } from '../../../src/util/runtime/turn.ts'
import { gate, makeRunningLedger } from '../running-engines.ts'

let ledger: ReturnType<typeof makeRunningLedger>

beforeEach(async () => {
  ledger = makeRunningLedger()
  await ledger.domain.init()
})
afterEach(() => ledger.stopAll())

/** An engine that runs, and what a probe is told of it. */
function watched() {
  const engine = ledger.start()
  const watch = new EngineHealthWatch(ledger.domain, engine)
  const readiness = async () => readinessOf([await watch.health(true)])
  const subscriptions = async () => {
    const { checks } = (await readiness()).body as { checks: { subscriptions: { details?: { name: string }[] } } }
    return checks.subscriptions.details?.find(({ name }) => name === 'Bookings')
  }
  return { engine, watch, readiness, subscriptions }
}

/** What was seen before it had its leases is shown for a while: time has to go on. */
function running(subscriptions: () => Promise<unknown>) {
  return ledger
    .eventually(async () => {
      await ledger.pass(1000)
      return subscriptions()
    })
    .toMatchObject({ state: 'running' })
}

function database() {
  const provider = ledger.domain.providers.get('default')
  if (provider === undefined) throw new Error('there is none')
  return provider
}

describe('the readiness of an engine', () => {
  test('has all that the engine needs, and how far it is', async () => {
    const { readiness, subscriptions } = watched()
    await running(subscriptions)
    const { isReady, body } = await readiness()
    expect(isReady).toBe(true)
    expect(body).toMatchObject({
      status: 'ok',
      checks: {
        providers: { default: 'ok' },
        brokers: { default: 'ok' },
        caches: { default: 'ok' },
        event_store: 'ok',
        workers: {},
        subscriptions: { total: 4, ok: 4, lagging: 0, stale: false },
      },
    })
  })

  test('tells lag in messages and the age of the oldest one, and is none the worse for it', async () => {
    const { readiness, subscriptions } = watched()
    const { passed, open } = gate()
    ledger.hooks.booking = () => passed
    await ledger.enter('a', 1)
    await ledger.enter('a', 2)
    await ledger.pass(3000)
    await ledger.eventually(subscriptions).toMatchObject({ status: 'lagging', lag: 2, lag_at_least: false, oldest_seconds: 3 })
    expect((await readiness()).isReady).toBe(true)
    open()
    await ledger.eventually(() => ledger.booked.length).toBe(2)
    await ledger.pass(3000)
    await ledger.eventually(subscriptions).toMatchObject({ status: 'ok', lag: 0, oldest_seconds: null })
  })

  test('has a subscription that cannot start, from the first failure until it starts (R1.21)', async () => {
    const { database: store } = database()
    const select = vi.spyOn(store, 'select').mockRejectedValue(new Error('gone'))
    const { readiness } = watched()
    await ledger
      .eventually(readiness)
      .toMatchObject({ isReady: false, body: { status: 'degraded', checks: { workers: { Bookings: 'failing' } } } })
    select.mockRestore()
    await ledger.pass(1000, 100)
    await ledger.eventually(readiness).toMatchObject({ isReady: true, body: { checks: { workers: {} } } })
    await ledger.enter('a', 1)
    await ledger.eventually(() => ledger.booked).toEqual(['a:1'])
  })

  test('has an engine that cannot look after its leases, until it can again', async () => {
    const { readiness, subscriptions } = watched()
    await running(subscriptions)
    const load = vi.spyOn(database().database, 'load').mockRejectedValue(new Error('gone'))
    await ledger.pass(3000)
    expect(await readiness()).toMatchObject({ isReady: false, body: { checks: { workers: { engine: 'failing' } } } })
    load.mockRestore()
    await ledger.pass(3000)
    await ledger.eventually(readiness).toMatchObject({ isReady: true, body: { checks: { workers: {} } } })
  })

  test('has a circuit that has opened, and is none the worse for it', async () => {
    const { readiness, subscriptions } = watched()
    ledger.hooks.booking = () => {
      throw new Error('always')
    }
    for (let index = 0; index < 12; index += 1) await ledger.enter(`a${index}`, 1)
    await ledger.eventually(() => subscriptions()).toMatchObject({ name: 'Bookings' })
    await ledger.pass(3000)
    await ledger.eventually(subscriptions).toMatchObject({ circuit_state: 'open', waiting_streams: expect.any(Number) })
    expect((await readiness()).isReady).toBe(true)
  })

  test('does not know the circuit of what another engine works on', async () => {
    const { subscriptions } = watched()
    await ledger.eventually(subscriptions).toMatchObject({ circuit_state: 'closed' })
    const other = new Engine(ledger.domain)
    const watch = new EngineHealthWatch(ledger.domain, other)
    expect(readinessOf([await watch.health(true)]).body).toMatchObject({
      checks: { subscriptions: { details: Array.from({ length: 4 }, () => ({ circuit_state: 'unknown' })) } },
    })
  })
})

describe('a check', () => {
  test.each([
    ['says that it is not there', async (): Promise<boolean> => false, 'unreachable'],
    ['fails', (): Promise<boolean> => Promise.reject(new Error('gone')), 'unreachable'],
  ] as const)('of a database that %s makes the engine not ready', async (_, isAlive, expected) => {
    vi.spyOn(database().database, 'isAlive').mockImplementation(isAlive)
    vi.spyOn(database(), 'isAlive').mockImplementation(isAlive)
    expect(await watched().readiness()).toMatchObject({
      isReady: false,
      body: { status: 'degraded', checks: { providers: { default: expected } } },
    })
  })

  test('that gets no answer ends after two seconds, and probes that come meanwhile share it', async () => {
    const isAlive = vi.spyOn(ledger.domain.brokers.get('default') as { isAlive(): Promise<boolean> }, 'isAlive')
    isAlive.mockReturnValue(new Promise(() => undefined))
    const { readiness } = watched()
    const both = Promise.all([readiness(), readiness()])
    let isAnswered = false
    void both.then(() => {
      isAnswered = true
    })
    await ledger.timers.advance(1999)
    await turn()
    expect(isAnswered).toBe(false)
    await ledger.timers.advance(1)
    for (const answer of await both) expect(answer).toMatchObject({ isReady: false, body: { checks: { brokers: { default: 'timeout' } } } })
    expect(isAlive).toHaveBeenCalledTimes(1)
  })

  test('asks nothing of what is being closed: a stopping engine is shutting down, and no more (R3.35)', async () => {
    const isAlive = vi.spyOn(database(), 'isAlive')
    const { watch, readiness } = watched()
    watch.isStopping = true
    expect(await readiness()).toEqual({ isReady: false, body: { status: 'unavailable', checks: { shutting_down: true } } })
    expect(isAlive).not.toHaveBeenCalled()
  })
})
