import type { Engine, EngineTrace } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/ports/database.ts'
import { makeRunningLedger } from './running-engines.ts'
import { workerRow } from './seized-lease.ts'

/** Of a driver that never answers. */
const never = new Promise<never>(() => undefined)

let ledger: ReturnType<typeof makeRunningLedger>

beforeEach(() => {
  ledger = makeRunningLedger()
})
afterEach(() => ledger.stopAll())

/** Stops an engine, and gives after how many seconds it has. Time begins to pass when `isReady`. */
async function secondsToStop(engine: Engine, isReady: () => unknown = () => true): Promise<number> {
  const { timers, clock, eventually } = ledger
  const begun = clock.now().getTime()
  let seconds: number | undefined
  void engine.stop().then(() => {
    seconds = (clock.now().getTime() - begun) / 1000
  })
  await eventually(isReady).toBe(true)
  await eventually(async () => {
    if (seconds === undefined) await timers.advance(500)
    return seconds
  }).toBeDefined()
  return seconds as number
}

describe('an engine that is stopped', () => {
  test('does not wait for ever for a pass that hangs, says whose it was, and gives back all else', async () => {
    const { domain, start, eventually, enter, balanceOf } = ledger
    domain.config.server.drainTimeoutSeconds = 10
    await domain.init()
    const { eventStore } = domain
    const readCategory = eventStore.readCategory.bind(eventStore)
    let hangs = 0
    const engine = start()
    await enter('a', 1)
    await eventually(() => balanceOf('a')).toEqual([1])
    const stopped: Pick<EngineTrace, 'worker' | 'reason'>[] = []
    engine.onTrace(({ event, worker, reason }) => void (event === 'worker.stopped' && stopped.push({ worker, reason })))
    eventStore.readCategory = (category, read) => {
      if (category !== 'ledger::account') return readCategory(category, read)
      hangs += 1
      return never
    }
    await enter('a', 2)
    await eventually(() => hangs).toBe(1)
    const others = engine.workers.filter((name) => name !== 'Bookings')
    const areReleased = async () => {
      const rows = await Promise.all(others.map((name) => workerRow(domain, name)))
      return rows.every((row) => (row?.owner ?? null) === null)
    }
    const seconds = await secondsToStop(engine, areReleased)
    expect(seconds).toBeGreaterThanOrEqual(10)
    expect(seconds).toBeLessThan(15)
    await eventually(() => engine.exitCode).toBe(1)
    expect(engine.unfinished).toEqual(['Bookings'])
    expect(stopped).toContainEqual({ worker: 'Bookings', reason: 'drain_timeout' })
    expect(stopped).toContainEqual({ worker: 'ledger::account:command', reason: undefined })
    expect((await workerRow(domain, 'Bookings'))?.owner ?? null).not.toBeNull()
  })

  test('ends too when the database does not answer any more', async () => {
    const { domain, start, eventually, timers } = ledger
    domain.config.server.drainTimeoutSeconds = 1
    await domain.init()
    const engine = start()
    await eventually(async () => (await engine.status()).every(({ state }) => state === 'running')).toBe(true)
    const database = domain.providers.get('default')?.database as Database
    const methods = ['load', 'commit', 'updateWhere'] as const
    const originals = methods.map((name) => database[name])
    let asked = 0
    for (const name of methods) {
      database[name] = () => {
        asked += 1
        return never
      }
    }
    await eventually(async () => {
      await timers.advance(500)
      return asked
    }).toBeGreaterThan(0)
    expect(await secondsToStop(engine)).toBeLessThan(6)
    await eventually(() => engine.exitCode).toBe(1)
    expect(engine.unfinished).toContain('Bookings')
    for (const [index, name] of methods.entries()) Object.assign(database, { [name]: originals[index] })
  })

  test('names none when everything came to an end', async () => {
    const { domain, start, enter, eventually, balanceOf } = ledger
    await domain.init()
    const engine = start()
    await enter('a', 1)
    await eventually(() => balanceOf('a')).toEqual([1])
    await engine.stop()
    expect([engine.unfinished, engine.exitCode]).toEqual([[], 0])
  })
})
