import { field, Message } from 'proteanjs'
import type { JsonObject } from '../../src/util/json.ts'
import { TestDomain } from './test-domain.ts'

/** A bank that told of deposits in euros once, and tells of cents and a currency now. The database may hold both. */
export function makeGrownBank(processing: 'sync' | 'async' = 'sync') {
  const domain = new TestDomain('bank', { config: { snapshotThreshold: 5, hotAggregates: 0 } })
  domain.config.commandProcessing = processing
  domain.config.eventProcessing = processing

  class Opened extends domain.event('Opened', { account: field.identifier({ required: true }) }, { partOf: 'Account' }) {}
  class Deposited extends domain.event(
    'Deposited',
    { account: field.identifier({ required: true }), cents: field.integer({ required: true }), currency: field.string({ required: true }) },
    { partOf: 'Account', version: 2 },
  ) {}
  domain.upcaster(Deposited, { from: 1, to: 2 }, ({ euros, ...rest }) => ({ ...rest, cents: Number(euros) * 100, currency: 'EUR' }))

  class Account extends domain.aggregate(
    'Account',
    { account: field.identifier({ identifier: true }), cents: field.integer({ default: 0 }), currencies: field.list(field.string()) },
    { eventSourced: true },
  ) {
    static {
      this.applies(Opened, (account, event) => {
        account.account = event.account
      })
      this.applies(Deposited, (account, { cents, currency }) => {
        account.cents += cents
        account.currencies = [...(account.currencies ?? []), currency]
      })
    }

    deposit(cents: number) {
      this.raise(new Deposited({ account: this.account, cents, currency: 'CHF' }))
    }
  }

  class Deposit extends domain.command(
    'Deposit',
    { account: field.identifier({ required: true }), cents: field.integer({ required: true }) },
    { partOf: Account },
  ) {}
  domain.commandHandler('Tellers', { partOf: Account }).handle(Deposit, async ({ account: id, cents }) => {
    const account = await accounts().get(id)
    account.deposit(cents)
    await accounts().add(account)
  })

  const accounts = () => domain.repositoryFor(Account)
  const open = async (id: string, ...deposits: readonly number[]) => {
    const account = new Account({ account: id })
    account.raise(new Opened({ account: id }))
    for (const cents of deposits) account.deposit(cents)
    await accounts().add(account)
  }
  /** Stores a deposit at the end of its stream, as the bank of long ago did. */
  const depositLongAgo = (id: string, euros: number) => storeEarlier(domain, id, { account: id, euros })
  return { domain, Opened, Deposited, Account, Deposit, accounts, open, depositLongAgo }
}

async function storeEarlier(domain: TestDomain, id: string, data: JsonObject): Promise<Message> {
  const category = 'bank::account'
  const stream = `${category}-${id}`
  const position = ((await domain.eventStore.lastMessage(stream))?.stored?.position ?? -1) + 1
  const message = new Message(data, {
    headers: { id: `v1-${id}-${position}`, time: new Date('2026-01-02T03:04:05Z'), type: 'Bank.Deposited.v1', stream },
    envelope: { specversion: '1.0' },
    domain: {
      kind: 'EVENT',
      fqn: 'bank.Deposited',
      streamCategory: category,
      version: 1,
      sequenceId: String(position),
      asynchronous: domain.config.eventProcessing === 'async',
      priority: 0,
    },
    extensions: {},
  })
  await domain.eventStore.append([{ stream, category, messages: [message] }])
  return message
}
