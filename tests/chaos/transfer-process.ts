import type { Domain } from 'proteanjs'
import { field } from 'proteanjs'
import type { BankFlow } from './bank-flow.ts'
import type { Recorded } from './recorded-effects.ts'

/** Who carries transfers out, and who keeps an account's statement. */
export function declareTransfers(domain: Domain, recorded: Recorded, bank: BankFlow) {
  const { Account, Withdraw, Deposit, CompleteTransfer, FailTransfer } = bank
  const { TransferRequested, MoneyWithdrawn, WithdrawalRefused, MoneyDeposited } = bank

  class FundsTransfer extends domain.processManager('FundsTransfer', {
    transferId: field.identifier({ identifier: true }),
    to: field.identifier({ required: true }),
    status: field.status(['withdrawing', 'depositing', 'done', 'refused'] as const, { default: 'withdrawing' }),
  }) {
    static {
      this.handle(TransferRequested, { start: true, correlate: 'transferId' }, (transfer, { transferId, from, to, amount, poison }) =>
        recorded('FundsTransfer', poison, async () => {
          transfer.to = to
          await domain.process(new Withdraw({ accountId: from, amount, transferId, poison }))
        }),
      )
      this.handle(MoneyWithdrawn, { correlate: 'transferId' }, (transfer, { transferId, amount, poison }) =>
        recorded('FundsTransfer', poison, async () => {
          transfer.status = 'depositing'
          await domain.process(new Deposit({ accountId: transfer.to, amount, transferId, poison }))
        }),
      )
      this.handle(MoneyDeposited, { correlate: 'transferId', end: true }, (transfer, { transferId, poison }) =>
        recorded('FundsTransfer', poison, async () => {
          transfer.status = 'done'
          await domain.process(new CompleteTransfer({ transferId, poison }))
        }),
      )
      this.handle(WithdrawalRefused, { correlate: 'transferId', end: true }, (transfer, { transferId, poison }) =>
        recorded('FundsTransfer', poison, async () => {
          transfer.status = 'refused'
          await domain.process(new FailTransfer({ transferId, poison }))
        }),
      )
    }
  }

  class Statement extends domain.projection('Statement', {
    accountId: field.identifier({ identifier: true }),
    movements: field.integer({ default: 0 }),
    total: field.integer({ default: 0 }),
  }) {}

  const note = async (accountId: string, amount: number) => {
    const statements = domain.repositoryFor(Statement)
    const statement = (await statements.find(accountId)) ?? new Statement({ accountId })
    statement.movements += 1
    statement.total += amount
    await statements.add(statement)
  }
  domain
    .projector('Statements', { projectorFor: Statement, aggregates: [Account] })
    .on(MoneyWithdrawn, ({ accountId, amount, poison }) => recorded('Statements', poison, () => note(accountId, -amount)))
    .on(MoneyDeposited, ({ accountId, amount, poison }) => recorded('Statements', poison, () => note(accountId, amount)))

  return { FundsTransfer }
}
