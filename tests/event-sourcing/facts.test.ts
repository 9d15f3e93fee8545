import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'

/** Accounts whose state comes from their events, and is told after each save. */
async function inBank(config: object, body: (bank: ReturnType<typeof makeBank>) => Promise<void>): Promise<void> {
  const bank = makeBank(config)
  await bank.domain.init({ traverse: false })
  try {
    await body(bank)
  } finally {
    await bank.domain.close()
  }
}

function makeBank(config: object) {
  const domain = new Domain('bank', { config: { eventProcessing: 'sync', ...config } })
  const seen: string[] = []
  class Deposited extends domain.event('Deposited', { amount: field.integer() }, { partOf: 'Account' }) {}
  class Account extends domain.aggregate('Account', { balance: field.integer({ default: 0 }) }, { eventSourced: true, factEvents: true }) {
    static {
      this.applies(Deposited, (account, { amount = 0 }) => {
        account.balance += amount
      })
    }
    deposit(...amounts: number[]) {
      for (const amount of amounts) this.raise(new Deposited({ amount }))
    }
  }
  class Report extends domain.aggregate('Report', {}) {}
  domain
    .eventHandler('Reports', { partOf: Report })
    .handle(domain.factEvent(Account), async ({ id, balance }) => void seen.push(`${id}: ${balance}`))
  return { domain, Account, seen }
}

const memory = { provider: 'memory' }

describe.each([
  ['its database', {}],
  ['an event store of its own', { eventStore: memory }],
])('an event-sourced aggregate with fact events on %s', (_name, config) => {
  test('tells its state after each save, without an applies for it, in a category of its own', () =>
    inBank(config, async ({ domain, Account, seen }) => {
      const account = new Account({ id: 'a' })
      account.deposit(1, 2)
      await domain.repositoryFor(Account).add(account)
      account.deposit(4)
      await domain.repositoryFor(Account).add(account)
      const facts = await domain.eventStore.readStream('bank::account:fact-a', { limit: 10 })
      expect(facts.map(({ data, metadata }) => [data.balance, metadata.domain.sequenceId, metadata.domain.expectedVersion])).toEqual([
        [3, '1', 0],
        [7, '2', 1],
      ])
      expect(seen).toEqual(['a: 3', 'a: 7'])
      expect(await domain.repositoryFor(Account).get('a')).toMatchObject({ balance: 7, _version: 2 })
    }))

  test('tells nothing of what was refused', () =>
    inBank(config, async ({ domain, Account, seen }) => {
      const account = new Account({ id: 'a' })
      account.deposit(1)
      await domain.repositoryFor(Account).add(account)
      const stale = await domain.repositoryFor(Account).get('a')
      account.deposit(1)
      await domain.repositoryFor(Account).add(account)
      stale.deposit(100)
      await expect(domain.repositoryFor(Account).add(stale)).rejects.toMatchObject({ code: 'EXPECTED_VERSION' })
      expect(seen).toEqual(['a: 1', 'a: 2'])
      expect(await domain.eventStore.readStream('bank::account:fact-a', { limit: 10 })).toHaveLength(2)
    }))
})
