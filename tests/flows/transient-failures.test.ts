import { DatabaseError } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { turn } from '../../src/util/runtime/turn.ts'
import { makeTimedLedger } from '../support/ledger.ts'

let ledger: ReturnType<typeof makeTimedLedger>
let calls: number

beforeEach(async () => {
  ledger = makeTimedLedger()
  calls = 0
  const { domain } = ledger
  domain.config.eventProcessing = 'sync'
  domain.config.server.transientRetry = { enabled: true, maxRetries: 2, baseDelaySeconds: 1, maxDelaySeconds: 10 }
})
afterEach(() => ledger.domain.close())

function named(name: string, cause?: unknown): Error {
  const error = new Error('down', { cause })
  error.name = name
  return error
}

/** Enters, with reactions that fail in these ways one after the other; lets time pass until it is over. Gives the pauses. */
async function entering(failures: readonly unknown[]): Promise<{ readonly error: unknown; readonly seconds: number }> {
  const { domain, clock, timers, hooks, enter } = ledger
  hooks.booking = () => {
    const failure = failures[calls]
    calls += 1
    if (failure !== undefined) throw failure
  }
  if (!domain.isInitialized) await domain.init()
  const sleep = vi.spyOn(timers, 'sleep')
  let result: { error: unknown } | undefined
  void enter('a', 1).then(
    () => (result = { error: undefined }),
    (error: unknown) => (result = { error }),
  )
  while (result === undefined) {
    await turn()
    if (timers.sleeping > 0) clock.advance(500)
  }
  // Drivers of databases sleep too, for milliseconds.
  const pauses = sleep.mock.calls.map(([ms]) => ms / 1000).filter((seconds) => seconds >= 1)
  return { error: result.error, seconds: pauses.reduce((sum, seconds) => sum + seconds, 0) }
}

describe('a handler that meets a passing failure', () => {
  test.each([
    ['an error that says so', new DatabaseError('busy', { retryable: true })],
    ['one of the names that are configured', named('TimeoutError')],
    ['one that such an error has caused', named('Error', named('ConnectionError'))],
  ])('is run again: %s', async (_, failure) => {
    const { error, seconds } = await entering([failure, failure])
    expect(error).toBeUndefined()
    expect(calls).toBe(3)
    expect(seconds).toBe(3)
  })

  test('is given up after so many times', async () => {
    const down = named('TimeoutError')
    expect((await entering([down, down, down, down])).error).toMatchObject({ name: 'ReactionError' })
    expect(calls).toBe(3)
  })

  test('is not run again for any other failure', async () => {
    expect((await entering([new Error('wrong')])).error).toMatchObject({ name: 'ReactionError' })
    expect(calls).toBe(1)
  })

  test('waits as is configured', async () => {
    const { transientRetry } = ledger.domain.config.server
    transientRetry.backoff = 'fixed'
    transientRetry.maxRetries = 3
    const down = named('SendError')
    expect(await entering([down, down, down])).toEqual({ error: undefined, seconds: 3 })
  })

  test('is not run again unless that is switched on', async () => {
    ledger.domain.config.server.transientRetry.enabled = false
    expect((await entering([named('TimeoutError')])).error).toMatchObject({ name: 'ReactionError' })
  })
})
