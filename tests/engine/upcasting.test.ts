import { Engine, field, rebuildProjection } from 'proteanjs'
import { beforeEach, describe, expect, test } from 'vitest'
import { makeGrownBank } from '../support/grown-bank.ts'

let bank: ReturnType<typeof makeGrownBank>

beforeEach(() => {
  bank = makeGrownBank('async')
})

async function work() {
  const engine = new Engine(bank.domain, { testMode: true })
  await engine.run()
  expect(engine.failures).toEqual([])
}

/** Balances by account, as a projection. */
function declareBalances() {
  const { domain, Deposited } = bank
  class Balance extends domain.projection('Balance', {
    account: field.identifier({ identifier: true }),
    cents: field.integer({ default: 0 }),
  }) {}
  const balances = () => domain.repositoryFor(Balance)
  domain.projector('Balances', { projectorFor: Balance }).on(Deposited, async ({ account, cents }) => {
    const balance = (await balances().find(account)) ?? new Balance({ account })
    balance.cents += cents
    await balances().add(balance)
  })
  return { Balance, balances }
}

async function historyOfBothVersions() {
  await bank.open('a1', 50)
  await bank.depositLongAgo('a1', 3)
  await bank.domain.process(new bank.Deposit({ account: 'a1', cents: 5 }))
}

describe('an event of an older version is read as the present one, in its place in the stream,', () => {
  test('by an event handler of the engine', async () => {
    const { domain, Account, Deposited } = bank
    const seen: unknown[] = []
    domain.eventHandler('Seen', { partOf: Account }).handle(Deposited, async ({ cents, currency }, { type }) => {
      seen.push([cents, currency, type])
    })
    await domain.init()
    await historyOfBothVersions()
    await work()
    expect(seen).toEqual([
      [50, 'CHF', 'Bank.Deposited.v2'],
      [300, 'EUR', 'Bank.Deposited.v1'],
      [5, 'CHF', 'Bank.Deposited.v2'],
    ])
  })

  test('by a command handler of the engine, which loads what it is about', async () => {
    await bank.domain.init()
    await historyOfBothVersions()
    await work()
    expect(await bank.accounts().get('a1')).toMatchObject({ cents: 355, currencies: ['CHF', 'EUR', 'CHF'] })
  })

  test('by a projector of the engine', async () => {
    const { balances } = declareBalances()
    await bank.domain.init()
    await historyOfBothVersions()
    await work()
    expect((await balances().get('a1')).cents).toBe(355)
  })

  test('by the rebuild of a projection, which gives what the engine gave', async () => {
    const { Balance, balances } = declareBalances()
    await bank.domain.init()
    await historyOfBothVersions()
    await work()
    const balance = await balances().get('a1')
    balance.cents = -1
    await balances().add(balance)
    expect(await rebuildProjection(bank.domain, Balance)).toMatchObject({ skipped: 0 })
    expect((await balances().get('a1')).cents).toBe(355)
  })

  test('by a process manager: it begins a process, and goes on with one', async () => {
    const { domain, Deposited } = bank
    class Savings extends domain.processManager('Savings', {
      account: field.identifier({ identifier: true }),
      cents: field.integer({ default: 0 }),
      currencies: field.list(field.string(), { default: () => [] }),
    }) {
      static {
        this.handle(Deposited, { start: true, correlate: 'account' }, async (savings, { cents, currency }) => {
          savings.cents += cents
          savings.currencies = [...savings.currencies, currency]
        })
      }
    }
    await domain.init()
    await historyOfBothVersions()
    await bank.open('a2')
    await bank.depositLongAgo('a2', 7)
    await work()
    expect(await domain.viewFor(Savings).get('a1')).toMatchObject({ cents: 355, currencies: ['CHF', 'EUR', 'CHF'] })
    expect(await domain.viewFor(Savings).get('a2')).toMatchObject({ cents: 700, currencies: ['EUR'] })
  })
})
