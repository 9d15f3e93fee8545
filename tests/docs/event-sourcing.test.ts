import { Domain, field, ValidationError } from 'proteanjs'
import { given } from 'proteanjs/testing'
import { beforeEach, describe, expect, test } from 'vitest'

const domain = new Domain('bank', { config: { commandProcessing: 'sync', eventProcessing: 'sync' } })

// #region events
class AccountOpened extends domain.event(
  'AccountOpened',
  { accountId: field.identifier({ required: true }), holder: field.string({ required: true }) },
  { partOf: 'Account' },
) {}
class Deposited extends domain.event('Deposited', { amount: field.integer({ required: true, min: 1 }) }, { partOf: 'Account' }) {}
class Withdrawn extends domain.event('Withdrawn', { amount: field.integer({ required: true, min: 1 }) }, { partOf: 'Account' }) {}
// #endregion events

// #region aggregate
class Account extends domain.aggregate(
  'Account',
  {
    accountId: field.auto({ identifier: true }),
    holder: field.string({ required: true }),
    balance: field.integer({ default: 0 }),
  },
  { eventSourced: true },
) {
  static {
    this.invariant('an account is never overdrawn', (account) => account.balance >= 0)

    this.applies(AccountOpened, (account, event) => {
      account.holder = event.holder
    })
    this.applies(Deposited, (account, event) => {
      account.balance += event.amount
    })
    this.applies(Withdrawn, (account, event) => {
      account.balance -= event.amount
    })
  }

  static open(holder: string): Account {
    const account = new Account()
    account.raise(new AccountOpened({ accountId: account.accountId, holder }))
    return account
  }

  deposit(amount: number) {
    this.raise(new Deposited({ amount }))
  }

  withdraw(amount: number) {
    this.raise(new Withdrawn({ amount }))
  }
}
// #endregion aggregate

// #region commands
class Withdraw extends domain.command(
  'Withdraw',
  { accountId: field.identifier({ required: true }), amount: field.integer({ required: true }) },
  { partOf: Account },
) {}

domain.commandHandler('AccountCommands', { partOf: Account }).handle(Withdraw, async ({ accountId, amount }) => {
  const accounts = domain.repositoryFor(Account)
  const account = await accounts.get(accountId)
  account.withdraw(amount)
  await accounts.add(account)
})
// #endregion commands

// #region projection
class Balance extends domain.projection('Balance', {
  accountId: field.identifier({ identifier: true }),
  holder: field.string(),
}) {}

domain.projector('BalanceProjector', { projectorFor: Balance, aggregates: [Account] }).on(AccountOpened, async ({ accountId, holder }) => {
  await domain.repositoryFor(Balance).add(new Balance({ accountId, holder }))
})
// #endregion projection

beforeEach(() => domain.init())

describe('the guide to event sourcing', () => {
  test('opens, changes and reads an account', async () => {
    // #region use
    const account = Account.open('Ann')
    account.deposit(100)
    await domain.repositoryFor(Account).add(account)
    await domain.process(new Withdraw({ accountId: account.accountId, amount: 30 }))

    const now = await domain.repositoryFor(Account).get(account.accountId)
    const before = await domain.repositoryFor(Account).get(account.accountId, { atVersion: 1 })
    const lastYear = domain.repositoryFor(Account).get(account.accountId, { asOf: '2020-01-01T00:00:00Z' })
    // #endregion use
    expect([now.balance, before.balance]).toEqual([70, 100])
    await expect(lastYear).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' })
    expect(await domain.repositoryFor(Balance).get(account.accountId)).toMatchObject({ holder: 'Ann' })
  })

  test('shows what is refused', () => {
    const account = Account.open('Ann')
    expect(() => account.withdraw(1)).toThrow(ValidationError)
    expect(() => {
      account.balance = 5
    }).toThrow(expect.objectContaining({ code: 'CHANGE_WITHOUT_EVENT' }))
  })

  test('tests an account by its events', async () => {
    // #region given
    const history = [new AccountOpened({ accountId: 'a1', holder: 'Ann' }), new Deposited({ amount: 100 })]
    const account = await given(Account, ...history).process(new Withdraw({ accountId: 'a1', amount: 500 }))

    expect(account.rejected).toBe(true)
    expect(account.rejectionMessages).toEqual(['an account is never overdrawn'])
    expect(account.events).toHaveLength(0)
    expect(account.balance).toBe(100)
    // #endregion given
  })

  test('takes snapshots', async () => {
    const account = Account.open('Ann')
    await domain.repositoryFor(Account).add(account)
    // #region snapshots
    await domain.createSnapshots(Account)
    await domain.createSnapshots(Account, account.accountId)
    // #endregion snapshots
    expect(account._version).toBe(0)
  })
})
