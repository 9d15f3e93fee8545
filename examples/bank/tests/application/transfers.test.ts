/** Transfers that are carried out at once, in the process that asks for them. */
import { expect, test } from 'vitest'
import { OpenAccount } from '../../src/accounts/account-commands.ts'
import { domain } from '../../src/domain.ts'
import { RequestTransfer } from '../../src/transfers/transfer-commands.ts'
import { transferStory } from '../transfer-story.ts'

transferStory(async () => undefined)

test('a transfer to an account that there is not is not begun', async () => {
  const from = await domain.process(new OpenAccount({ holder: 'Ann' }))
  await expect(domain.process(new RequestTransfer({ from, to: 'nobody', cents: 1 }))).rejects.toThrow('nobody')
  const { messages } = await domain.eventStore.readCategory('bank::transfer', { limit: 1 })
  expect(messages).toEqual([])
})
