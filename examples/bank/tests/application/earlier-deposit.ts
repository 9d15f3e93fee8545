import { Message } from 'proteanjs'
import { domain } from '../../src/domain.ts'

/** A deposit as the bank told of it in version 1, at the end of the account's stream: what a database holds that is older than the program. */
export async function storeEarlierDeposit(accountId: string, amount: number): Promise<Message> {
  const category = 'bank::account'
  const stream = `${category}-${accountId}`
  const last = await domain.eventStore.lastMessage(stream)
  const message = new Message(
    { accountId, amount },
    {
      headers: { id: `v1-${accountId}-${amount}`, time: domain.clock.now(), type: 'Bank.MoneyDeposited.v1', stream },
      envelope: { specversion: '1.0' },
      domain: {
        kind: 'EVENT',
        fqn: 'bank.MoneyDeposited',
        streamCategory: category,
        version: 1,
        sequenceId: String((last?.stored?.position ?? -1) + 1),
        asynchronous: false,
        priority: 0,
      },
      extensions: {},
    },
  )
  await domain.eventStore.append([{ stream, category, messages: [message] }])
  return message
}
