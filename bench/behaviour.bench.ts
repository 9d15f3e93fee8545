/**
 * A behaviour method with one invariant, beside a class written by hand that takes the change back when the invariant does not hold. Goal: at
 * most twice the class written by hand.
 */
import { Domain, field } from 'proteanjs'
import { compare } from './compare.ts'
import { HandWrittenAccount } from './hand-written/account.ts'

const domain = new Domain('bench')

class Account extends domain.aggregate('Account', {
  accountId: field.identifier({ identifier: true }),
  balance: field.float({ default: 0 }),
  withdrawals: field.integer({ default: 0, min: 0 }),
}) {
  static {
    this.invariant('a balance is never below zero', (account) => account.balance >= 0, { field: 'balance' })
  }

  withdraw(amount: number): void {
    this.balance -= amount
    this.withdrawals += 1
  }
}

const account = new Account({ accountId: 'a-1', balance: 1e15 })
const byHand = new HandWrittenAccount('a-1', 1e15)

await compare('a method that changes two fields, under one invariant', {
  'hand-written class': () => byHand.withdraw(1),
  proteanjs: () => account.withdraw(1),
})

await compare('the same, refused', {
  'hand-written class': () => refused(() => byHand.withdraw(1e16)),
  proteanjs: () => refused(() => account.withdraw(1e16)),
})

function refused(change: () => void): unknown {
  try {
    change()
  } catch (error) {
    return error
  }
  throw new Error('the change was not refused')
}
