import { beforeEach, expect, test } from 'vitest'
import { Account } from '../../src/accounts/account.ts'
import { Deposit, OpenAccount } from '../../src/accounts/account-commands.ts'
import { AccountSummary } from '../../src/accounts/account-summary.ts'
import { domain } from '../../src/domain.ts'
import { storeEarlierDeposit } from './earlier-deposit.ts'

let accountId: string

beforeEach(async () => {
  accountId = await domain.process(new OpenAccount({ holder: 'Ann' }))
})

test('a deposit that was told in euros counts in cents, and what follows builds on it', async () => {
  await storeEarlierDeposit(accountId, 12.35)
  await domain.process(new Deposit({ accountId, cents: 65 }))
  const accounts = domain.repositoryFor(Account)
  expect((await accounts.get(accountId)).balance).toBe(1_300)
  expect((await accounts.get(accountId, { atVersion: 1 })).balance).toBe(1_235)
})

test('handlers see it as it would be told today', async () => {
  await domain.receive(await storeEarlierDeposit(accountId, 0.29))
  expect((await domain.viewFor(AccountSummary).get(accountId)).balance).toBe(29)
})

test('what is stored stays as it was', async () => {
  await storeEarlierDeposit(accountId, 12.35)
  await domain.repositoryFor(Account).get(accountId)
  const stored = await domain.eventStore.lastMessage(`bank::account-${accountId}`)
  expect(stored).toMatchObject({ type: 'Bank.MoneyDeposited.v1', data: { amount: 12.35 } })
})
