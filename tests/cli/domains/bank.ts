import { Domain, field } from 'proteanjs'

const { BANK_DATABASE: databaseUri = 'memory://', BANK_EVENTS = 'async' } = process.env

export const domain = new Domain('Bank', {
  config: { databases: { default: { databaseUri } }, eventProcessing: BANK_EVENTS === 'sync' ? 'sync' : 'async' },
})

export class Deposited extends domain.event(
  'Deposited',
  { account: field.identifier({ required: true }), amount: field.integer({ required: true }) },
  { partOf: 'Account' },
) {}

export class Account extends domain.aggregate('Account', { account: field.identifier({ identifier: true }) }) {
  deposit(amount: number) {
    this.raise(new Deposited({ account: this.account, amount }))
  }
}

export class Balance extends domain.projection('Balance', {
  account: field.identifier({ identifier: true }),
  amount: field.integer({ default: 0 }),
}) {}

domain.projector('Balances', { projectorFor: Balance }).on(Deposited, async ({ account, amount }) => {
  if (amount < 0) throw new Error('no deposit is negative')
  const balances = domain.repositoryFor(Balance)
  const balance = (await balances.find(account)) ?? new Balance({ account })
  balance.amount += amount
  await balances.add(balance)
})
