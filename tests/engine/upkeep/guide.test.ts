/** The code that docs/guides/engine.md shows about upkeep. */
import { deadLetters, Engine } from 'proteanjs'
import { afterEach, expect, test, vi } from 'vitest'
import { makeTimedLedger } from '../../support/ledger.ts'

const { domain, clock, timers, enter, hooks, bookings } = makeTimedLedger()
const stops: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

test('who listens hears of too many dead letters', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined)
  hooks.booking = () => {
    throw new Error('no')
  }
  bookings.onError(async () => 'dead-letter')
  // #region alert
  domain.config.server.dlq = { enabled: true, alertThreshold: 2, checkIntervalSeconds: 60 }
  const engine = new Engine(domain)
  engine.onTrace(({ event, worker, reason }) => {
    if (event === 'dead_letters.alert') console.warn(`${worker}: ${reason}`)
  })
  // #endregion alert
  await domain.init()
  const running = engine.run()
  stops.push(async () => {
    await engine.stop()
    await running
  })
  for (const account of ['a', 'b']) await enter(account, 1)
  await expect.poll(() => deadLetters(domain).count()).toBe(2)
  await expect
    .poll(async () => {
      clock.advance(60_000)
      await timers.advance(0)
      return warn.mock.calls
    })
    .toEqual([['Bookings: 2 dead letters; an alert is raised at 2']])
})
