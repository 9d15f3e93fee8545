import type { JsonObject, Message } from 'proteanjs'
import { currentMessage } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { normalizedName } from '../../src/util/names.ts'
import { makeBank } from '../support/transfer-bank.ts'

/** The id of what was published first. */
const FIRST = expect.stringMatching(/-1$/)

/** The bank, with a subscriber to what a payment service says. */
function makePayFlow() {
  const bank = makeBank()
  const { domain, Account, Deposit } = bank
  domain.config.messageProcessing = 'sync'
  domain.config.server.versionRetry.baseDelaySeconds = 0
  const seen: Message[] = []
  const hooks: { before?: (() => Promise<void>) | undefined } = {}
  // #region subscriber
  const payFlow = domain.subscriber('PayFlow', { stream: 'payflow' }, async (payload) => {
    if (payload.type !== 'payment.completed') return
    const { account, amount } = payload as { account: string; amount: number }
    await domain.process(new Deposit({ accountId: account, amount }))
  })
  // #endregion subscriber
  domain.subscriber('PayFlowAudit', { stream: 'payflow' }, async (_payload, message) => {
    await hooks.before?.()
    seen.push(message)
    expect(currentMessage()).toBe(message)
    await domain.repositoryFor(Account).add(new Account({ balance: 0 }))
  })
  const publish = async (...payloads: JsonObject[]) => domain.brokers.get('default')?.publish('payflow', payloads)
  return { ...bank, payFlow, seen, hooks, publish }
}

async function openPayFlow() {
  const payFlow = makePayFlow()
  await payFlow.domain.init({ traverse: false })
  return payFlow
}

describe('a subscriber', () => {
  test('gets what is published to its stream on the inline broker before publishing is over, where messages are processed at once', async () => {
    const { openAccount, balances, publish } = await openPayFlow()
    const alice = await openAccount(1_000)
    await publish({ type: 'payment.completed', account: alice, amount: 250 }, { type: 'payment.failed', account: alice, amount: 9 })
    expect(await balances(alice)).toEqual([1_250])
  })

  test('handles a payload given to it, in the context of that message: what it causes says so', async () => {
    const { domain, openAccount, payFlow } = await openPayFlow()
    const alice = await openAccount(0)
    await payFlow.receive({ type: 'payment.completed', account: alice, amount: 5, correlation_id: 'story' }, { id: '17-0' })
    const { messages } = await domain.eventStore.readAll({ limit: 10 })
    expect(messages.map(({ causationId, correlationId }) => [causationId, correlationId])).toEqual([
      ['17-0', 'story'],
      [messages[0]?.id, 'story'],
    ])
  })

  test.each([
    [{ metadata: { headers: { id: 'm1', type: 'Other.Paid.v1' }, domain: { correlation_id: 'a' }, correlation_id: 'b' } }, 'm1', 'a'],
    [{ metadata: { headers: { id: '  ' }, correlation_id: 'b' }, correlation_id: 'c' }, FIRST, 'b'],
    [{ metadata: 'none', correlation_id: 'c' }, FIRST, 'c'],
    [{ specversion: '1.0', id: '7', source: 'https://pay', type: 'paid', proteancorrelationid: 'd' }, 'https://pay#7', 'd'],
    [{ other: 1 }, FIRST, expect.stringMatching(/^[0-9a-f]{32}$/)],
  ])('knows %j by what it says of itself, and by the broker where it says nothing', async (payload, id, correlationId) => {
    const { publish, seen } = await openPayFlow()
    await publish(payload)
    expect(seen).toMatchObject([{ id, correlationId, stream: 'payflow' }])
  })

  test('stores nothing when it fails; the publisher learns of it, and other subscribers and messages are not held up', async () => {
    const { domain, Account, openAccount, balances, publish, hooks, seen } = await openPayFlow()
    const alice = await openAccount(0)
    hooks.before = async () => {
      if (seen.length === 0) {
        hooks.before = undefined
        throw new Error('no audit')
      }
    }
    const publishing = publish(
      { type: 'payment.completed', account: alice, amount: 1 },
      { type: 'payment.completed', account: alice, amount: 2 },
    )
    await expect(publishing).rejects.toMatchObject({
      committed: true,
      failures: [{ handler: 'PayFlowAudit', error: { message: 'no audit' } }],
    })
    expect([await balances(alice), seen.length, await domain.repositoryFor(Account).count()]).toEqual([[3], 1, 2])
    const broker = domain.brokers.get('default')
    const groupOf = (subscriber: string) => `${normalizedName(domain.name)}:${subscriber}`
    expect(await broker?.pending('payflow', groupOf('PayFlowAudit'), 10)).toMatchObject([{ id: FIRST }])
    expect(await broker?.pending('payflow', groupOf('PayFlow'), 10)).toEqual([])
  })

  test('has a unit of work of its own: it is not part of that of the publisher', async () => {
    const { domain, openAccount, balances, publish } = await openPayFlow()
    const alice = await openAccount(0)
    const failing = domain.unitOfWork(async () => {
      await publish({ type: 'payment.completed', account: alice, amount: 1 })
      throw new Error('given up')
    })
    await expect(failing).rejects.toThrow('given up')
    expect(await balances(alice)).toEqual([1])
  })

  test('runs again when somebody else was faster', async () => {
    const { domain, Account, openAccount } = makePayFlow()
    let attempts = 0
    const racing = domain.subscriber('Racing', { stream: 'other' }, async ({ account }) => {
      attempts += 1
      const mine = await domain.repositoryFor(Account).get(account as string)
      if (attempts === 1) {
        const { runInFrame } = await import('../../src/unit-of-work/current.ts')
        await runInFrame(domain, { unitOfWork: undefined }, async () => {
          const theirs = await domain.repositoryFor(Account).get(account as string)
          theirs.deposit(10)
          await domain.repositoryFor(Account).add(theirs)
        })
      }
      mine.deposit(1)
      await domain.repositoryFor(Account).add(mine)
    })
    await domain.init({ traverse: false })
    const alice = await openAccount(0)
    await racing.receive({ account: alice })
    expect([attempts, (await domain.repositoryFor(Account).get(alice)).balance]).toEqual([2, 11])
  })

  test('is left to an engine where messages are processed in the background', async () => {
    const { domain, openAccount, balances, publish } = makePayFlow()
    domain.config.messageProcessing = 'async'
    await domain.init({ traverse: false })
    const alice = await openAccount(0)
    await publish({ type: 'payment.completed', account: alice, amount: 1 })
    expect([await balances(alice), await domain.brokers.get('default')?.length('payflow')]).toEqual([[0], 1])
  })
})
