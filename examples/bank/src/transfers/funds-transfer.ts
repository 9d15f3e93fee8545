import { field } from 'proteanjs'
import { DepositRefused, MoneyDeposited, MoneyRefunded, MoneyWithdrawn, WithdrawalRefused } from '../accounts/account-events.ts'
import { ReceiveMoney, RefundMoney, SendMoney } from '../accounts/account-transfers.ts'
import { domain } from '../domain.ts'
import { TransferRequested } from './transfer.ts'
import { CompleteTransfer, FailTransfer } from './transfer-commands.ts'

/**
 * Carries a transfer out, one account after the other, and takes back what was done where the second refuses. Each account answers with an event that names
 * the transfer: by that it is found, however many transfers the account is in at the same time. What is done at the counter names none, and concerns none.
 */
// #region process
export class FundsTransfer extends domain.processManager('FundsTransfer', {
  transferId: field.identifier({ identifier: true }),
  from: field.identifier({ required: true }),
  to: field.identifier({ required: true }),
  cents: field.integer({ required: true }),
  status: field.status(['sending', 'receiving', 'refunding', 'completed', 'failed'] as const, { default: 'sending' }),
  reason: field.string(),
}) {
  static {
    this.handle(TransferRequested, { start: true, correlate: 'transferId' }, async (transfer, { transferId, from, to, cents }) => {
      Object.assign(transfer, { from, to, cents })
      await domain.process(new SendMoney({ accountId: from, cents, transferId }))
    })
    this.handle(MoneyWithdrawn, { correlate: 'transferId' }, async (transfer) => {
      const { transferId, to, cents } = transfer
      transfer.status = 'receiving'
      await domain.process(new ReceiveMoney({ accountId: to, cents, transferId }))
    })
    this.handle(MoneyDeposited, { correlate: 'transferId', end: true }, async (transfer) => {
      transfer.status = 'completed'
      await domain.process(new CompleteTransfer({ transferId: transfer.transferId }))
    })
    this.handle(WithdrawalRefused, { correlate: 'transferId', end: true }, async (transfer, { reason }) => {
      const { transferId } = transfer
      Object.assign(transfer, { status: 'failed', reason })
      await domain.process(new FailTransfer({ transferId, reason }))
    })
    this.handle(DepositRefused, { correlate: 'transferId' }, async (transfer, { reason }) => {
      const { transferId, from, cents } = transfer
      Object.assign(transfer, { status: 'refunding', reason })
      await domain.process(new RefundMoney({ accountId: from, cents, transferId }))
    })
    this.handle(MoneyRefunded, { correlate: 'transferId', end: true }, async (transfer) => {
      const { transferId, reason = 'the money came back' } = transfer
      transfer.status = 'failed'
      await domain.process(new FailTransfer({ transferId, reason }))
    })
  }
}
// #endregion process
