/** What transfers ask of accounts. Each command names its transfer, and so does the event that answers it. */
import { field } from 'proteanjs'
import { domain } from '../domain.ts'
import { Account } from './account.ts'

const movement = {
  accountId: field.identifier({ required: true }),
  cents: field.integer({ required: true, min: 1 }),
  transferId: field.identifier({ required: true }),
}

export class SendMoney extends domain.command('SendMoney', movement, { partOf: Account }) {}

export class ReceiveMoney extends domain.command('ReceiveMoney', movement, { partOf: Account }) {}

export class RefundMoney extends domain.command('RefundMoney', movement, { partOf: Account }) {}

export const accountTransfers = domain
  .commandHandler('AccountTransferHandler', { partOf: Account })
  .handle(SendMoney, async ({ accountId, cents, transferId }) => {
    const accounts = domain.repositoryFor(Account)
    const account = await accounts.get(accountId)
    account.send(cents, transferId)
    await accounts.add(account)
  })
  .handle(ReceiveMoney, async ({ accountId, cents, transferId }) => {
    const accounts = domain.repositoryFor(Account)
    const account = await accounts.get(accountId)
    account.receive(cents, transferId)
    await accounts.add(account)
  })
  .handle(RefundMoney, async ({ accountId, cents, transferId }) => {
    const accounts = domain.repositoryFor(Account)
    const account = await accounts.get(accountId)
    account.refund(cents, transferId)
    await accounts.add(account)
  })
