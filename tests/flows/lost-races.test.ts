import { ExpectedVersionError, ReactionError } from 'proteanjs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { turn } from '../../src/util/runtime/turn.ts'
import { makeTimedLedger } from '../support/ledger.ts'

let ledger: ReturnType<typeof makeTimedLedger>

afterEach(() => ledger.domain.close())

/** Books while somebody else is always faster, so many times; chance comes out like this. Gives the pauses in milliseconds, and what it came to. */
async function racing(races: number, chances: readonly number[], versionRetry: object = {}) {
  let draws = 0
  ledger = makeTimedLedger({ random: { next: () => chances[draws++] ?? 0 } })
  const { domain, clock, timers, hooks, enter, balanceOf } = ledger
  domain.config.eventProcessing = 'sync'
  domain.config.server.versionRetry = versionRetry
  let calls = 0
  hooks.booking = async ({ account }) => {
    calls += 1
    if (calls > races) return
    // Somebody else takes the version that is about to be written.
    const version = calls - 1
    throw new ExpectedVersionError(`Balance ${account}`, version, version + 1)
  }
  await domain.init()
  const sleep = vi.spyOn(timers, 'sleep')
  let result: { readonly error: unknown } | undefined
  void enter('a', 1).then(
    () => (result = { error: undefined }),
    (error: unknown) => (result = { error }),
  )
  while (result === undefined) {
    await turn()
    if (timers.sleeping > 0) clock.advance(10)
  }
  const { error } = result
  const cause = error instanceof ReactionError ? error.failures[0]?.error : error
  // Drivers of databases sleep too.
  const pauses = sleep.mock.calls.map(([ms]) => ms)
  return { pauses, draws, cause, calls, balance: await balanceOf('a') }
}

describe('a handler that lost a race', () => {
  test('is run again after a pause that chance makes anything up to a limit, which doubles', async () => {
    const { pauses, cause, balance } = await racing(3, [0.5, 0, 0.99])
    expect(pauses).toEqual(expect.arrayContaining([25, 0, 198]))
    expect(cause).toBeUndefined()
    expect(balance).toEqual([1])
  })

  test('never waits longer than is configured', async () => {
    const { pauses } = await racing(3, [0.999, 0.999, 0.999], { baseDelaySeconds: 1, maxDelaySeconds: 1.5 })
    expect(pauses.filter((ms) => ms > 500)).toEqual([999, 1498.5, 1498.5])
  })

  test('fails in the end with an error that says how often it was tried, and what to change', async () => {
    const { cause, calls } = await racing(9, [0, 0, 0], { maxRetries: 2 })
    expect(calls).toBe(3)
    expect(cause).toBeInstanceOf(ExpectedVersionError)
    expect(cause).toMatchObject({ code: 'EXPECTED_VERSION', target: 'Balance a', expected: 2, actual: 3, retryable: true })
    expect((cause as Error).message).toContain('It was tried 3 times: raise server.version_retry.max_retries')
  })

  test.each([{ maxRetries: 0 }, { enabled: false }])(
    'fails at once where %j says so, with nothing said of attempts',
    async (versionRetry) => {
      const { cause, calls, draws } = await racing(9, [], versionRetry)
      expect([calls, draws]).toEqual([1, 0])
      expect((cause as Error).message).toMatch(/Read it again and retry\.$/)
    },
  )
})
