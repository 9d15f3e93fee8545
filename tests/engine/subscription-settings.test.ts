import type { ConfigInput } from 'proteanjs'
import { deadLetters } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { Configuration } from '../../src/domain/config/configuration.ts'
import { backoffMs } from '../../src/engine/backoff.ts'
import { sharedSettings, subscriptionSettings } from '../../src/engine/subscription-settings.ts'
import { makeLedger } from '../support/ledger.ts'

function serverOf(server: ConfigInput['server']) {
  const { settings, problems } = new Configuration({ root: undefined, config: { server }, env: {} }).resolve()
  expect(problems).toEqual([])
  return settings.server
}

function settingsOf(server: ConfigInput['server']) {
  return subscriptionSettings(serverOf(server), 'Bookings')
}

describe('the settings of a handler, from the weakest layer to the strongest', () => {
  test('defaults', () => {
    expect(settingsOf({})).toMatchObject({
      subscriptionType: 'event_store',
      messagesPerTick: 100,
      maxRetries: 3,
      enableDlq: true,
      concurrency: 10,
    })
  })

  test('the default profile, which is not overridden by keys that nobody has stated (R3.40)', () => {
    expect(settingsOf({ defaultSubscriptionProfile: 'batch' })).toMatchObject({
      subscriptionType: 'stream',
      messagesPerTick: 500,
      blockingTimeoutMs: 10_000,
      maxRetries: 5,
      retentionMaxlen: 500_000,
    })
  })

  test('keys of the server', () => {
    const settings = settingsOf({ defaultSubscriptionProfile: 'batch', messagesPerTick: 7, streamSubscription: { maxRetries: 8 } })
    expect(settings).toMatchObject({ messagesPerTick: 7, maxRetries: 8, retryDelaySeconds: 2 })
  })

  test('the profile of the handler, which makes the default profile irrelevant', () => {
    const server = { defaultSubscriptionProfile: 'batch', messagesPerTick: 7, subscriptions: { Bookings: { profile: 'projection' } } }
    expect(settingsOf(server)).toMatchObject({ subscriptionType: 'event_store', messagesPerTick: 100, maxRetries: 3, retryDelaySeconds: 1 })
  })

  test('keys of the handler', () => {
    const server = { messagesPerTick: 7, subscriptions: { Bookings: { profile: 'fast', messagesPerTick: 2 } } }
    expect(settingsOf(server)).toMatchObject({ messagesPerTick: 2, maxRetries: 2 })
    expect(subscriptionSettings(serverOf(server), 'Others')).toMatchObject({ messagesPerTick: 7, maxRetries: 3 })
  })

  test('a profile of your own, which may start from a built-in one', () => {
    const server = {
      profiles: { calm: { inherits: 'fast' as const, maxRetries: 9 } },
      subscriptions: { Bookings: { profile: 'calm' } },
    }
    expect(settingsOf(server)).toMatchObject({ maxRetries: 9, messagesPerTick: 10, retryDelaySeconds: 0 })
  })
})

test('handlers of one category of commands are read for as the most careful of them says, in whichever order they are declared (R1.20)', () => {
  const server = serverOf({
    subscriptions: { One: { concurrency: 2, messagesPerTick: 50 }, Other: { concurrency: 4, messagesPerTick: 5 } },
  })
  const both = sharedSettings(server, ['One', 'Other'])
  expect(both).toMatchObject({ concurrency: 2, messagesPerTick: 5 })
  expect(sharedSettings(server, ['Other', 'One'])).toMatchObject({ concurrency: 2, messagesPerTick: 5 })
})

test('a pause grows with every attempt up to a limit, and chance only shortens it', () => {
  const policy = { retryDelaySeconds: 1, retryMultiplier: 3, retryMaxDelaySeconds: 20, retryJitter: 0.5 }
  const pauses = (chance: number) => [1, 2, 3, 4, 50].map((attempts) => backoffMs(policy, attempts, { next: () => chance }))
  expect(pauses(0)).toEqual([1000, 3000, 9000, 20_000, 20_000])
  expect(pauses(1)).toEqual([500, 1500, 4500, 10_000, 10_000])
})

test('settings for a handler that does not exist are refused, with the one that may be meant', async () => {
  const { domain } = makeLedger()
  domain.config.server.subscriptions = { Bokings: { maxRetries: 1 } }
  await expect(domain.init()).rejects.toMatchObject({
    problems: [{ code: 'SUBSCRIPTION_UNKNOWN', element: 'config.server.subscriptions.Bokings', fix: 'Did you mean Bookings?' }],
  })
})

describe('with the outbox switched off', () => {
  const problem = (element: string) => ({
    code: 'CONFIG_OUTBOX_NEEDED',
    element,
    fix: `Leave outbox.enabled out, or set server.subscriptions.${element}.subscription_type to "event_store".`,
  })

  test.each<[string, object, string[]]>([
    ['of one handler', { subscriptions: { Bookings: { subscriptionType: 'stream' } } }, ['Bookings']],
    ['of a handler’s profile', { subscriptions: { AccountCommands: { profile: 'fast' } } }, ['AccountCommands']],
    [
      'of a profile of one’s own',
      { profiles: { own: { inherits: 'batch' } }, subscriptions: { Bookings: { profile: 'own' } } },
      ['Bookings'],
    ],
    ['of the server’s profile', { defaultSubscriptionProfile: 'production' }, ['AccountCommands', 'Bookings']],
  ])('a handler that reads from streams because %s is refused', async (_, server, handlers) => {
    const { domain } = makeLedger({ config: { outbox: { enabled: false }, server } })
    await expect(domain.init()).rejects.toMatchObject({ problems: handlers.map(problem) })
  })

  test('handlers that read the log are none the worse for it, and nothing is published', async () => {
    const server = { defaultSubscriptionProfile: 'projection' }
    const { domain, enter, balanceOf, work } = makeLedger({ config: { outbox: { enabled: false }, server } })
    await domain.init()
    await enter('a', 1)
    const engine = await work()
    expect(await balanceOf('a')).toEqual([1])
    expect(engine.workers.filter((name) => name.startsWith('outbox:'))).toEqual([])
  })
})

test('a handler of commands that fails is repeated as its own settings say, whatever those of the others are (R1.20)', async () => {
  const { domain, Account, Enter, work } = makeLedger()
  class Close extends domain.command('Close', {}, { partOf: 'Account' }) {}
  domain.commandHandler('Closing', { partOf: Account }).handle(Close, async () => {
    throw new Error('never')
  })
  domain.config.server.subscriptions = { Closing: { maxRetries: 0 }, AccountCommands: { maxRetries: 5 } }
  await domain.init()
  await domain.process(new Close({}))
  await domain.process(new Enter({ account: 'a', amount: 1 }))
  expect((await work()).failures).toMatchObject([{ handler: 'Closing', attempt: 1 }])
  expect(await deadLetters(domain).list()).toMatchObject([{ handler: 'Closing', subscription: 'ledger::account:command', state: 'dead' }])
})

describe('parts', () => {
  test('are one, or as many as the handler says', () => {
    expect(settingsOf({})).toMatchObject({ partitions: 1 })
    expect(settingsOf({ subscriptions: { Bookings: { partitions: 4 } } })).toMatchObject({ partitions: 4 })
  })

  test('of handlers that share a category of commands are as many as the one that has most', () => {
    const server = serverOf({ subscriptions: { One: { partitions: 4 }, Two: { partitions: 2 } } })
    expect(sharedSettings(server, ['Two', 'One', 'Three']).partitions).toBe(4)
  })

  test('are a whole number from 1 on', () => {
    const { problems } = new Configuration({
      root: undefined,
      config: { server: { subscriptions: { One: { partitions: 0 } } } },
      env: {},
    }).resolve()
    expect(problems).toMatchObject([{ element: expect.stringContaining('partitions') }])
  })
})
