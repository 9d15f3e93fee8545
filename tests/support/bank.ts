import type { Domain, DomainOptions } from 'proteanjs'
import { field } from 'proteanjs'
import { TestDomain } from './test-domain.ts'

/** A bank whose accounts are event-sourced, made anew for each caller: deposits, withdrawals, signatories. Everything is handled synchronously. */
export function makeBank(options: DomainOptions = {}, domain: Domain = new TestDomain('bank', options)) {
  domain.config.commandProcessing = 'sync'
  domain.config.eventProcessing = 'sync'

  class AccountOpened extends domain.event(
    'AccountOpened',
    { accountId: field.identifier({ required: true }), holder: field.string(), deposit: field.integer({ default: 0 }) },
    { partOf: 'Account' },
  ) {}
  class Deposited extends domain.event('Deposited', { amount: field.integer({ required: true }) }, { partOf: 'Account' }) {}
  class Withdrawn extends domain.event('Withdrawn', { amount: field.integer({ required: true }) }, { partOf: 'Account' }) {}
  class SignatoryAdded extends domain.event('SignatoryAdded', { email: field.string({ required: true }) }, { partOf: 'Account' }) {}
  class SignatoryRemoved extends domain.event('SignatoryRemoved', { email: field.string({ required: true }) }, { partOf: 'Account' }) {}
  class AccountClosed extends domain.event('AccountClosed', {}, { partOf: 'Account' }) {}

  class Signatory extends domain.entity(
    'Signatory',
    { email: field.string({ required: true }), rank: field.integer({ default: 1 }) },
    { partOf: 'Account' },
  ) {
    promote() {
      this.rank += 1
    }
  }

  class Account extends domain.aggregate(
    'Account',
    {
      accountId: field.auto({ identifier: true }),
      holder: field.string({ required: true, maxLength: 20 }),
      balance: field.integer({ default: 0 }),
      status: field.status(['open', 'closed'] as const, { default: 'open', transitions: { open: ['closed'] } }),
      tags: field.list(field.string(), { default: [] }),
      signatories: field.hasMany(Signatory),
    },
    { eventSourced: true },
  ) {
    static {
      this.invariant('an account is never overdrawn', (account) => account.balance >= 0, { field: 'balance', code: 'OVERDRAWN' })
      this.preInvariant('a closed account stays as it is', (account) => account.status === 'open', { code: 'CLOSED' })
      this.applies(AccountOpened, (account, event) => {
        if (event.holder !== undefined) account.holder = event.holder
        account.balance = event.deposit
      })
      this.applies(Deposited, (account, event) => {
        account.balance += event.amount
      })
      this.applies(Withdrawn, (account, event) => {
        account.balance -= event.amount
      })
      this.applies(SignatoryAdded, (account, event) => {
        account.signatories.add(new Signatory({ email: event.email }))
      })
      this.applies(SignatoryRemoved, (account, event) => {
        account.signatories.remove(account.signatories.find({ email: event.email })!)
      })
      this.applies(AccountClosed, (account) => {
        account.status = 'closed'
      })
    }

    static open(holder: string | undefined, deposit = 0, accountId?: string): Account {
      const account = new Account({ accountId })
      account.raise(new AccountOpened({ accountId: account.accountId, holder, deposit }))
      return account
    }

    deposit(amount: number) {
      this.raise(new Deposited({ amount }))
    }

    withdraw(amount: number) {
      this.raise(new Withdrawn({ amount }))
    }

    move(amounts: readonly number[]) {
      for (const amount of amounts) this.raise(amount < 0 ? new Withdrawn({ amount: -amount }) : new Deposited({ amount }))
    }

    close() {
      this.raise(new AccountClosed({}))
    }
  }

  class OpenAccount extends domain.command(
    'OpenAccount',
    { accountId: field.identifier(), holder: field.string({ required: true }), deposit: field.integer({ default: 0 }) },
    { partOf: 'Account', returns: field.identifier() },
  ) {}
  class Deposit extends domain.command(
    'Deposit',
    { accountId: field.identifier({ required: true }), amount: field.integer({ required: true }) },
    { partOf: 'Account' },
  ) {}
  class Withdraw extends domain.command(
    'Withdraw',
    { accountId: field.identifier({ required: true }), amount: field.integer({ required: true }) },
    { partOf: 'Account', returns: field.integer() },
  ) {}

  const accountCommands = domain
    .commandHandler('AccountCommands', { partOf: Account })
    .handle(OpenAccount, async ({ accountId, holder, deposit }) => {
      const account = Account.open(holder, deposit, accountId)
      await domain.repositoryFor(Account).add(account)
      return account.accountId
    })
    .handle(Deposit, async ({ accountId, amount }) => {
      const account = await domain.repositoryFor(Account).get(accountId)
      account.deposit(amount)
      await domain.repositoryFor(Account).add(account)
    })
    .handle(Withdraw, async ({ accountId, amount }) => {
      const account = await domain.repositoryFor(Account).get(accountId)
      account.withdraw(amount)
      await domain.repositoryFor(Account).add(account)
      return account.balance
    })

  const events = { AccountOpened, Deposited, Withdrawn, SignatoryAdded, SignatoryRemoved, AccountClosed }
  return { domain, ...events, Signatory, Account, OpenAccount, Deposit, Withdraw, accountCommands }
}

export type Bank = ReturnType<typeof makeBank>
