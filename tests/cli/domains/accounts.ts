import { Domain, field } from 'proteanjs'

const { ACCOUNTS_DATABASE: databaseUri = 'memory://' } = process.env

export const domain = new Domain('Accounts', { config: { databases: { default: { databaseUri } } } })

export class Deposited extends domain.event('Deposited', { amount: field.integer({ required: true }) }, { partOf: 'Account' }) {}

export class Account extends domain.aggregate(
  'Account',
  { account: field.identifier({ identifier: true }), balance: field.integer({ default: 0 }) },
  { eventSourced: true },
) {
  static {
    this.applies(Deposited, (account, event) => {
      account.balance += event.amount
    })
  }
}
