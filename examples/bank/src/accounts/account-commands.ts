/** What customers ask for at the counter. */
import { field } from 'proteanjs'
import { domain } from '../domain.ts'
import { Account } from './account.ts'

const movement = { accountId: field.identifier({ required: true }), cents: field.integer({ required: true, min: 1 }) }

export class OpenAccount extends domain.command(
  'OpenAccount',
  { holder: field.string({ required: true }), overdraftLimit: field.integer({ default: 0, min: 0 }) },
  { partOf: Account, returns: field.identifier() },
) {}

export class Deposit extends domain.command('Deposit', movement, { partOf: Account }) {}

export class Withdraw extends domain.command('Withdraw', movement, { partOf: Account }) {}

export class CloseAccount extends domain.command(
  'CloseAccount',
  { accountId: field.identifier({ required: true }) },
  { partOf: Account },
) {}

export const accountCommands = domain
  .commandHandler('AccountCommandHandler', { partOf: Account })
  .handle(OpenAccount, async ({ holder, overdraftLimit }) => {
    const account = Account.open(holder, overdraftLimit)
    await domain.repositoryFor(Account).add(account)
    return account.accountId
  })
  .handle(Deposit, async ({ accountId, cents }) => {
    const accounts = domain.repositoryFor(Account)
    const account = await accounts.get(accountId)
    account.deposit(cents)
    await accounts.add(account)
  })
  .handle(Withdraw, async ({ accountId, cents }) => {
    const accounts = domain.repositoryFor(Account)
    const account = await accounts.get(accountId)
    account.withdraw(cents)
    await accounts.add(account)
  })
  .handle(CloseAccount, async ({ accountId }) => {
    const accounts = domain.repositoryFor(Account)
    const account = await accounts.get(accountId)
    account.close()
    await accounts.add(account)
  })
