import { field } from 'proteanjs'
import { domain } from '../domain.ts'

const transfer = { transferId: field.identifier({ required: true }) }
const order = {
  from: field.identifier({ required: true }),
  to: field.identifier({ required: true }),
  cents: field.integer({ required: true, min: 1 }),
}

export class TransferRequested extends domain.event('TransferRequested', { ...transfer, ...order }, { partOf: 'Transfer' }) {}

export class TransferCompleted extends domain.event('TransferCompleted', transfer, { partOf: 'Transfer' }) {}

export class TransferFailed extends domain.event(
  'TransferFailed',
  { ...transfer, reason: field.string({ required: true }) },
  { partOf: 'Transfer' },
) {}

/** What a customer wanted, and what came of it. How it is carried out is the concern of `FundsTransfer`. */
export class Transfer extends domain.aggregate(
  'Transfer',
  {
    transferId: field.auto({ identifier: true }),
    ...order,
    status: field.status(['requested', 'completed', 'failed'] as const, {
      default: 'requested',
      transitions: { requested: ['completed', 'failed'] },
    }),
    reason: field.string(),
  },
  { eventSourced: true },
) {
  static {
    this.invariant('a transfer goes to another account', (transfer) => transfer.from !== transfer.to, { field: 'to' })

    this.applies(TransferRequested, (transfer, { from, to, cents }) => {
      Object.assign(transfer, { from, to, cents })
    })
    this.applies(TransferCompleted, (transfer) => {
      transfer.status = 'completed'
    })
    this.applies(TransferFailed, (transfer, { reason }) => {
      transfer.status = 'failed'
      transfer.reason = reason
    })
  }

  static request(from: string, to: string, cents: number): Transfer {
    const transfer = new Transfer({})
    transfer.raise(new TransferRequested({ transferId: transfer.transferId, from, to, cents }))
    return transfer
  }

  complete() {
    this.raise(new TransferCompleted({ transferId: this.transferId }))
  }

  fail(reason: string) {
    this.raise(new TransferFailed({ transferId: this.transferId, reason }))
  }
}
