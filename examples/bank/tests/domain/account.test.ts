/** The model alone: no handler, no repository, no adapter. */
import { InvalidOperationError, ValidationError } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { Account } from '../../src/accounts/account.ts'
import { DepositRefused, MoneyDeposited, MoneyRefunded, MoneyWithdrawn, WithdrawalRefused } from '../../src/accounts/account-events.ts'
import { Transfer } from '../../src/transfers/transfer.ts'

function accountWith(balance: number, overdraftLimit = 0) {
  const account = Account.open('Ann', overdraftLimit)
  if (balance > 0) account.deposit(balance)
  return account
}

/** The event that was raised last. */
const answerOf = (account: Account) => account._events.at(-1)

describe('an account', () => {
  test('is opened with nothing on it', () => {
    expect(Account.open('Ann', 5_000)).toMatchObject({ holder: 'Ann', balance: 0, available: 5_000, status: 'open' })
  })

  // #region overdraft
  test('goes down to its overdraft limit and no further', () => {
    const account = accountWith(1_000, 500)
    account.withdraw(1_500)
    expect(account.balance).toBe(-500)
    expect(() => account.withdraw(1)).toThrow('the overdraft limit is exceeded')
    expect(account.balance).toBe(-500)
    expect(account._events).toHaveLength(3)
  })
  // #endregion overdraft

  test('takes no deposit of nothing', () => {
    expect(() => accountWith(0).deposit(0)).toThrow(ValidationError)
  })

  test('is closed only when nothing is on it and nothing is owed', () => {
    const account = accountWith(100, 100)
    expect(() => account.close()).toThrow(InvalidOperationError)
    account.withdraw(200)
    expect(() => account.close()).toThrow(InvalidOperationError)
    account.deposit(100)
    account.close()
    expect(account.status).toBe('closed')
  })

  test('that is closed takes no deposit, has no overdraft, and is not closed again', () => {
    const account = accountWith(0, 500)
    account.close()
    expect(() => account.deposit(1)).toThrow('the account is closed')
    expect(() => account.withdraw(1)).toThrow('the overdraft limit is exceeded')
    expect(() => account.close()).toThrow(ValidationError)
  })
})

describe('an account that a transfer asks', () => {
  test('sends what it has, and says so', () => {
    const account = accountWith(1_000)
    account.send(1_000, 't1')
    expect(answerOf(account)).toBeInstanceOf(MoneyWithdrawn)
    expect(answerOf(account)).toMatchObject({ cents: 1_000, transferId: 't1' })
    expect(account.balance).toBe(0)
  })

  test('says that it has too little, and stays as it is', () => {
    const account = accountWith(1_000)
    account.send(1_001, 't1')
    expect(answerOf(account)).toBeInstanceOf(WithdrawalRefused)
    expect(answerOf(account)).toMatchObject({ transferId: 't1', reason: 'the overdraft limit is exceeded' })
    expect(account.balance).toBe(1_000)
  })

  test('says that it is closed, whichever way the money goes', () => {
    const account = accountWith(0, 500)
    account.close()
    account.send(1, 't1')
    expect(answerOf(account)).toBeInstanceOf(WithdrawalRefused)
    expect(answerOf(account)).toMatchObject({ reason: 'the account is closed' })
    account.receive(1, 't2')
    expect(answerOf(account)).toBeInstanceOf(DepositRefused)
    expect(account.balance).toBe(0)
  })

  test('receives what comes', () => {
    const account = accountWith(0)
    account.receive(300, 't1')
    expect(answerOf(account)).toBeInstanceOf(MoneyDeposited)
    expect(account.balance).toBe(300)
  })

  test('takes back what it has sent even when it is closed by then, and pays it out', () => {
    const account = accountWith(300, 100)
    account.send(300, 't1')
    account.close()
    account.refund(300, 't1')
    expect(answerOf(account)).toBeInstanceOf(MoneyRefunded)
    expect(account).toMatchObject({ status: 'closed', balance: 300 })
    expect(() => account.withdraw(301)).toThrow(ValidationError)
    account.withdraw(300)
    expect(account.balance).toBe(0)
  })
})

test('a transfer goes to another account', () => {
  expect(() => Transfer.request('a', 'a', 1)).toThrow('a transfer goes to another account')
})

test('a transfer ends once', () => {
  const transfer = Transfer.request('a', 'b', 1)
  transfer.complete()
  expect(() => transfer.fail('too late')).toThrow(ValidationError)
  expect(transfer.status).toBe('completed')
})
