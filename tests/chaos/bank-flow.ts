import type { Domain } from 'proteanjs'
import { field } from 'proteanjs'
import type { Recorded } from './recorded-effects.ts'
import { poisonField } from './recorded-effects.ts'

/** Money goes from one account to another: out of one, into the other, in steps that each commit by themselves. */
export function declareBank(domain: Domain, recorded: Recorded) {
  const movement = {
    accountId: field.identifier({ required: true }),
    amount: field.integer({ required: true }),
    transferId: field.identifier({ required: true }),
    ...poisonField,
  }
  const order = {
    transferId: field.identifier({ required: true }),
    from: field.identifier({ required: true }),
    to: field.identifier({ required: true }),
    amount: field.integer({ required: true }),
    ...poisonField,
  }
  const outcome = { transferId: field.identifier({ required: true }), ...poisonField }

  class MoneyWithdrawn extends domain.event('MoneyWithdrawn', movement, { partOf: 'Account' }) {}
  class WithdrawalRefused extends domain.event('WithdrawalRefused', movement, { partOf: 'Account' }) {}
  class MoneyDeposited extends domain.event('MoneyDeposited', movement, { partOf: 'Account' }) {}

  class Account extends domain.aggregate('Account', {
    accountId: field.identifier({ identifier: true }),
    balance: field.integer({ required: true }),
  }) {
    withdraw(amount: number, about: { transferId: string; poison: string | undefined }) {
      const moved = { accountId: this.accountId, amount, ...about }
      if (amount > this.balance) {
        this.raise(new WithdrawalRefused(moved))
        return
      }
      this.balance -= amount
      this.raise(new MoneyWithdrawn(moved))
    }

    deposit(amount: number, about: { transferId: string; poison: string | undefined }) {
      this.balance += amount
      this.raise(new MoneyDeposited({ accountId: this.accountId, amount, ...about }))
    }
  }

  class Withdraw extends domain.command(
    'Withdraw',
    { ...movement, accountId: field.identifier({ identifier: true }) },
    { partOf: Account },
  ) {}
  class Deposit extends domain.command(
    'Deposit',
    { ...movement, accountId: field.identifier({ identifier: true }) },
    { partOf: Account },
  ) {}

  const changeAccount = async (accountId: string, change: (account: Account) => void) => {
    const accounts = domain.repositoryFor(Account)
    const account = await accounts.get(accountId)
    change(account)
    await accounts.add(account)
  }
  domain
    .commandHandler('Accounts', { partOf: Account })
    .handle(Withdraw, ({ accountId, amount, transferId, poison }) =>
      recorded('Accounts', poison, () => changeAccount(accountId, (account) => account.withdraw(amount, { transferId, poison }))),
    )
    .handle(Deposit, ({ accountId, amount, transferId, poison }) =>
      recorded('Accounts', poison, () => changeAccount(accountId, (account) => account.deposit(amount, { transferId, poison }))),
    )

  class TransferRequested extends domain.event('TransferRequested', order, { partOf: 'Transfer' }) {}
  class TransferCompleted extends domain.event('TransferCompleted', outcome, { partOf: 'Transfer' }) {}
  class TransferFailed extends domain.event('TransferFailed', outcome, { partOf: 'Transfer' }) {}

  class Transfer extends domain.aggregate('Transfer', {
    transferId: field.identifier({ identifier: true }),
    status: field.status(['requested', 'completed', 'failed'] as const, {
      default: 'requested',
      transitions: { requested: ['completed', 'failed'] },
    }),
  }) {
    end(status: 'completed' | 'failed', poison: string | undefined) {
      this.status = status
      const about = { transferId: this.transferId, poison }
      this.raise(status === 'completed' ? new TransferCompleted(about) : new TransferFailed(about))
    }
  }

  class RequestTransfer extends domain.command(
    'RequestTransfer',
    { ...order, transferId: field.identifier({ identifier: true }) },
    { partOf: Transfer },
  ) {}
  const ending = { ...outcome, transferId: field.identifier({ identifier: true }) }
  class CompleteTransfer extends domain.command('CompleteTransfer', ending, { partOf: Transfer }) {}
  class FailTransfer extends domain.command('FailTransfer', ending, { partOf: Transfer }) {}

  const endTransfer = async (transferId: string, status: 'completed' | 'failed', poison: string | undefined) => {
    const transfers = domain.repositoryFor(Transfer)
    const transfer = await transfers.get(transferId)
    transfer.end(status, poison)
    await transfers.add(transfer)
  }
  domain
    .commandHandler('Transfers', { partOf: Transfer })
    .handle(RequestTransfer, ({ transferId, from, to, amount, poison }) =>
      recorded('Transfers', poison, async () => {
        const transfer = new Transfer({ transferId })
        transfer.raise(new TransferRequested({ transferId, from, to, amount, poison }))
        await domain.repositoryFor(Transfer).add(transfer)
      }),
    )
    .handle(CompleteTransfer, ({ transferId, poison }) => recorded('Transfers', poison, () => endTransfer(transferId, 'completed', poison)))
    .handle(FailTransfer, ({ transferId, poison }) => recorded('Transfers', poison, () => endTransfer(transferId, 'failed', poison)))

  return {
    Account,
    Withdraw,
    Deposit,
    Transfer,
    RequestTransfer,
    CompleteTransfer,
    FailTransfer,
    TransferRequested,
    MoneyWithdrawn,
    WithdrawalRefused,
    MoneyDeposited,
  }
}

export type BankFlow = ReturnType<typeof declareBank>
