/** Commands through their handlers, events through theirs, on whatever is configured. */
import { ObjectNotFoundError } from 'proteanjs'
import { given } from 'proteanjs/testing'
import { describe, expect, test } from 'vitest'
import { Account } from '../../src/accounts/account.ts'
import { CloseAccount, Deposit, OpenAccount, Withdraw } from '../../src/accounts/account-commands.ts'
import { AccountClosed, AccountOpened, MoneyDeposited, MoneyRefunded, MoneyWithdrawn } from '../../src/accounts/account-events.ts'
import { AccountSummary, AccountsOf } from '../../src/accounts/account-summary.ts'
import { domain } from '../../src/domain.ts'

const accountId = 'a1'
const opened = new AccountOpened({ accountId, holder: 'Ann', overdraftLimit: 500 })
const deposited = (cents: number) => new MoneyDeposited({ accountId, cents })
const withdrawn = (cents: number) => new MoneyWithdrawn({ accountId, cents })
const closed = new AccountClosed({ accountId })

describe('an account', () => {
  test('is opened', async () => {
    const account = await given(Account).process(new OpenAccount({ holder: 'Ann', overdraftLimit: 500 }))
    expect(account.accepted).toBe(true)
    expect(account).toMatchObject({ holder: 'Ann', balance: 0, available: 500 })
    expect(account.result).toBe(account.accountId)
  })

  // #region accepted
  test('pays out what was put in', async () => {
    const account = await given(Account, opened, deposited(1_000)).process(new Withdraw({ accountId, cents: 300 }))
    expect(account.accepted).toBe(true)
    expect(account.events.get(MoneyWithdrawn)).toMatchObject({ accountId, cents: 300, transferId: undefined })
    expect(account.balance).toBe(700)
  })
  // #endregion accepted

  // #region rejected
  test('pays out no more than its overdraft allows', async () => {
    const account = await given(Account, opened, deposited(1_000)).process(new Withdraw({ accountId, cents: 1_501 }))
    expect(account.rejected).toBe(true)
    expect(account.rejectionMessages).toEqual(['the overdraft limit is exceeded'])
    expect(account.events).toHaveLength(0)
    expect(account.balance).toBe(1_000)
  })
  // #endregion rejected

  test('goes its way from one command to the next', async () => {
    const account = await given(Account, opened)
      .process(new Deposit({ accountId, cents: 200 }))
      .process(new Withdraw({ accountId, cents: 200 }))
      .process(new CloseAccount({ accountId }))
    expect(account.allEvents.types).toEqual([MoneyDeposited, MoneyWithdrawn, AccountClosed])
    await account.process(new Deposit({ accountId, cents: 1 }))
    expect(account.rejectionMessages).toEqual(['the account is closed'])
    expect(account.status).toBe('closed')
  })

  test('is not closed with something on it', async () => {
    const account = await given(Account, opened, deposited(1)).process(new CloseAccount({ accountId }))
    expect(account.rejectionMessages).toEqual(['an account is closed when nothing is on it and nothing is owed'])
    expect(account.status).toBe('open')
  })

  test('that was never opened takes no money', async () => {
    const account = await given(Account).process(new Deposit({ accountId: 'nobody', cents: 1 }))
    expect(account.rejection).toBeInstanceOf(ObjectNotFoundError)
  })
})

describe('the summary of an account', () => {
  // #region projection
  test('follows every movement', async () => {
    const refunded = new MoneyRefunded({ accountId, cents: 50, transferId: 't1' })
    const summary = await given(opened, deposited(1_000), withdrawn(300), refunded).then(AccountSummary, { id: accountId })
    summary.has({ holder: 'Ann', balance: 750, movements: 3, isOpen: true })
  })
  // #endregion projection

  test('says that the account is closed', async () => {
    const summary = await given(opened, closed).then(AccountSummary, { id: accountId })
    expect(summary.isOpen).toBe(false)
  })

  test('is found by the holder, the richest account first', async () => {
    for (const [holder, cents] of [
      ['Ann', 100],
      ['Bob', 300],
      ['Ann', 200],
    ] as const) {
      const id = await domain.process(new OpenAccount({ holder }))
      await domain.process(new Deposit({ accountId: id, cents }))
    }
    const found = await domain.dispatch(new AccountsOf({ holder: 'Ann' }))
    expect(found.map(({ balance }) => balance)).toEqual([200, 100])
  })
})
