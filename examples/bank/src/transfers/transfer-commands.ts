import { field } from 'proteanjs'
import { Account } from '../accounts/account.ts'
import { domain } from '../domain.ts'
import { Transfer } from './transfer.ts'

const transfer = { transferId: field.identifier({ required: true }) }

export class RequestTransfer extends domain.command(
  'RequestTransfer',
  {
    from: field.identifier({ required: true }),
    to: field.identifier({ required: true }),
    cents: field.integer({ required: true, min: 1 }),
  },
  { partOf: Transfer, returns: field.identifier() },
) {}

export class CompleteTransfer extends domain.command('CompleteTransfer', transfer, { partOf: Transfer }) {}

export class FailTransfer extends domain.command(
  'FailTransfer',
  { ...transfer, reason: field.string({ required: true }) },
  { partOf: Transfer },
) {}

export const transferCommands = domain
  .commandHandler('TransferCommandHandler', { partOf: Transfer })
  .handle(RequestTransfer, async ({ from, to, cents }) => {
    const accounts = domain.repositoryFor(Account)
    // Accounts may be closed while the transfer is under way, but never cease to exist: this is the only place to ask whether they do.
    await Promise.all([accounts.get(from), accounts.get(to)])
    const requested = Transfer.request(from, to, cents)
    await domain.repositoryFor(Transfer).add(requested)
    return requested.transferId
  })
  .handle(CompleteTransfer, async ({ transferId }) => {
    const transfers = domain.repositoryFor(Transfer)
    const found = await transfers.get(transferId)
    found.complete()
    await transfers.add(found)
  })
  .handle(FailTransfer, async ({ transferId, reason }) => {
    const transfers = domain.repositoryFor(Transfer)
    const found = await transfers.get(transferId)
    found.fail(reason)
    await transfers.add(found)
  })
