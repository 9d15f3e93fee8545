import type { EngineFailure, EngineTrace } from 'proteanjs'
import { Engine } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Database } from '../../src/ports/database.ts'
import { makeRunningLedger } from './running-engines.ts'

let ledger: ReturnType<typeof makeRunningLedger>

beforeEach(async () => {
  ledger = makeRunningLedger()
  await ledger.domain.init()
})
afterEach(() => ledger.stopAll())

describe('who watches an engine', () => {
  test('knows what it keeps running, before it runs too', () => {
    expect([...new Engine(ledger.domain).workers].sort()).toEqual([
      'Bookings',
      'ledger::account:command',
      'scheduler:default',
      'upkeep:default',
    ])
  })

  test('hears of each failure with its error, until it no longer listens', async () => {
    const failures: EngineFailure[] = []
    ledger.hooks.booking = () => {
      throw new Error('no debts')
    }
    const engine = new Engine(ledger.domain, { testMode: true })
    const stop = engine.onFailure((failure) => failures.push(failure))
    await ledger.enter('a', 1)
    await engine.run()
    expect(failures).toMatchObject([
      { handler: 'Bookings', attempt: 1, error: { message: 'no debts' }, message: { data: { account: 'a' } } },
    ])
    stop()
    await ledger.enter('b', 1)
    await engine.run()
    expect([failures.length, engine.failures.length]).toEqual([1, 2])
  })

  test('hears once that leases can be looked after again, however often they could not', async () => {
    const engine = ledger.start()
    const heard: EngineTrace['event'][] = []
    engine.onTrace(({ event }) => heard.push(event))
    const failures: number[] = []
    engine.onFailure(({ handler, attempt }) => handler === 'engine' && failures.push(attempt))
    const store = ledger.domain.providers.get('default')?.database as Database
    const load = vi.spyOn(store, 'load').mockRejectedValue(new Error('gone'))
    await ledger.pass(9000)
    load.mockRestore()
    await ledger.pass(9000)
    expect(heard.filter((event) => event === 'engine.failed')).toHaveLength(failures.length)
    expect(failures.length).toBeGreaterThanOrEqual(3)
    expect(failures).toEqual(failures.map((_, index) => index + 1))
    expect(heard.filter((event) => event === 'engine.recovered')).toHaveLength(1)
  })
})
