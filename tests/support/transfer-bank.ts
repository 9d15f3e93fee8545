import type { Domain, DomainOptions } from 'proteanjs'
import { field } from 'proteanjs'
import { TestDomain } from './test-domain.ts'

/**
 * A small bank, made anew for each caller: accounts, transfers between them, and the process manager that carries a transfer out. Everything is handled
 * synchronously.
 */
export function makeBank(options: DomainOptions = {}, domain: Domain = new TestDomain('bank', options)) {
  domain.config.commandProcessing = 'sync'
  domain.config.eventProcessing = 'sync'

  const movement = {
    accountId: field.identifier({ required: true }),
    amount: field.float({ required: true }),
    transferId: field.identifier(),
  }
  const aboutTransfer = { transferId: field.identifier({ required: true }), reason: field.string() }

  class MoneyWithdrawn extends domain.event('MoneyWithdrawn', movement, { partOf: 'Account' }) {}
  class WithdrawalRefused extends domain.event('WithdrawalRefused', movement, { partOf: 'Account' }) {}
  class MoneyDeposited extends domain.event('MoneyDeposited', movement, { partOf: 'Account' }) {}

  class Account extends domain.aggregate('Account', { accountId: field.auto({ identifier: true }), balance: field.float({ default: 0 }) }) {
    deposit(amount: number, transferId?: string) {
      this.balance += amount
      this.raise(new MoneyDeposited({ accountId: this.accountId, amount, transferId }))
    }

    withdraw(amount: number, transferId?: string) {
      if (amount > this.balance) {
        this.raise(new WithdrawalRefused({ accountId: this.accountId, amount, transferId }))
        return
      }
      this.balance -= amount
      this.raise(new MoneyWithdrawn({ accountId: this.accountId, amount, transferId }))
    }
  }

  class Withdraw extends domain.command('Withdraw', movement, { partOf: 'Account' }) {}
  class Deposit extends domain.command('Deposit', movement, { partOf: 'Account' }) {}

  domain
    .commandHandler('Accounts', { partOf: Account })
    .handle(Withdraw, async ({ accountId, amount, transferId }) => {
      const account = await domain.repositoryFor(Account).get(accountId)
      account.withdraw(amount, transferId)
      await domain.repositoryFor(Account).add(account)
    })
    .handle(Deposit, async ({ accountId, amount, transferId }) => {
      const account = await domain.repositoryFor(Account).get(accountId)
      account.deposit(amount, transferId)
      await domain.repositoryFor(Account).add(account)
    })

  const order = {
    transferId: field.identifier({ required: true }),
    from: field.identifier({ required: true }),
    to: field.identifier({ required: true }),
    amount: field.float({ required: true }),
  }

  class TransferInitiated extends domain.event('TransferInitiated', order, { partOf: 'Transfer' }) {}
  class TransferCompleted extends domain.event('TransferCompleted', aboutTransfer, { partOf: 'Transfer' }) {}
  class TransferFailed extends domain.event('TransferFailed', aboutTransfer, { partOf: 'Transfer' }) {}

  class Transfer extends domain.aggregate('Transfer', {
    transferId: field.auto({ identifier: true }),
    from: field.identifier({ required: true }),
    to: field.identifier({ required: true }),
    amount: field.float({ required: true }),
    status: field.status(['initiated', 'completed', 'failed'] as const, { default: 'initiated' }),
    reason: field.string(),
  }) {
    static between(from: string, to: string, amount: number) {
      const transfer = new Transfer({ from, to, amount })
      const { transferId } = transfer
      transfer.raise(new TransferInitiated({ transferId, from, to, amount }))
      return transfer
    }

    complete() {
      this.status = 'completed'
      this.raise(new TransferCompleted({ transferId: this.transferId }))
    }

    fail(reason: string) {
      this.atomic(() => {
        this.status = 'failed'
        this.reason = reason
      })
      this.raise(new TransferFailed({ transferId: this.transferId, reason }))
    }
  }

  class InitiateTransfer extends domain.command(
    'InitiateTransfer',
    { from: field.identifier({ required: true }), to: field.identifier({ required: true }), amount: field.float({ required: true }) },
    { partOf: 'Transfer', returns: field.identifier() },
  ) {}
  class CompleteTransfer extends domain.command('CompleteTransfer', aboutTransfer, { partOf: 'Transfer' }) {}
  class FailTransfer extends domain.command('FailTransfer', aboutTransfer, { partOf: 'Transfer' }) {}

  domain
    .commandHandler('Transfers', { partOf: Transfer })
    .handle(InitiateTransfer, async ({ from, to, amount }) => {
      const transfer = Transfer.between(from, to, amount)
      await domain.repositoryFor(Transfer).add(transfer)
      return transfer.transferId
    })
    .handle(CompleteTransfer, async ({ transferId }) => {
      const transfer = await domain.repositoryFor(Transfer).get(transferId)
      transfer.complete()
      await domain.repositoryFor(Transfer).add(transfer)
    })
    .handle(FailTransfer, async ({ transferId, reason = 'for no reason' }) => {
      const transfer = await domain.repositoryFor(Transfer).get(transferId)
      transfer.fail(reason)
      await domain.repositoryFor(Transfer).add(transfer)
    })

  // #region process
  class FundsTransfer extends domain.processManager('FundsTransfer', {
    transferId: field.identifier({ identifier: true }),
    from: field.identifier({ required: true }),
    to: field.identifier({ required: true }),
    amount: field.float({ required: true }),
    withdrawnAt: field.dateTime(),
    status: field.status(['withdrawing', 'depositing', 'done', 'refused'] as const, { default: 'withdrawing' }),
  }) {
    static {
      this.handle(TransferInitiated, { start: true, correlate: 'transferId' }, async (transfer, { from, to, amount }) => {
        Object.assign(transfer, { from, to, amount })
        await domain.process(new Withdraw({ accountId: from, amount, transferId: transfer.transferId }))
      })
      this.handle(MoneyWithdrawn, { correlate: 'transferId' }, async (transfer, _event, message) => {
        transfer.withdrawnAt = message.time
        transfer.status = 'depositing'
        await domain.process(new Deposit({ accountId: transfer.to, amount: transfer.amount, transferId: transfer.transferId }))
      })
      this.handle(MoneyDeposited, { correlate: 'transferId', end: true }, async (transfer) => {
        transfer.status = 'done'
        await domain.process(new CompleteTransfer({ transferId: transfer.transferId }))
      })
      this.handle(WithdrawalRefused, { correlate: { transferId: 'transferId' }, end: true }, async (transfer) => {
        transfer.status = 'refused'
        await domain.process(new FailTransfer({ transferId: transfer.transferId, reason: 'insufficient funds' }))
      })
    }
  }
  // #endregion process

  async function openAccount(balance: number): Promise<string> {
    const account = new Account({ balance })
    await domain.repositoryFor(Account).add(account)
    return account.accountId
  }

  async function balances(...accounts: readonly string[]): Promise<number[]> {
    return Promise.all(accounts.map(async (id) => (await domain.repositoryFor(Account).get(id)).balance))
  }

  return {
    domain,
    Account,
    Transfer,
    FundsTransfer,
    Withdraw,
    Deposit,
    InitiateTransfer,
    CompleteTransfer,
    FailTransfer,
    MoneyWithdrawn,
    MoneyDeposited,
    WithdrawalRefused,
    TransferInitiated,
    TransferCompleted,
    TransferFailed,
    openAccount,
    balances,
  }
}
