import { CommandExpiredError, DuplicateCommandError, field, Priority } from 'proteanjs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TestDomain } from '../support/test-domain.ts'

const domain = new TestDomain('bank')
domain.config.caches.shared = { provider: 'memory' }
domain.config.commandProcessing = 'sync'

class Account extends domain.aggregate('Account', {
  id: field.identifier({ identifier: true }),
  balance: field.integer({ default: 0 }),
}) {}

// #region command
class Deposit extends domain.command(
  'Deposit',
  { accountId: field.identifier({ required: true }), amount: field.integer({ min: 1 }) },
  { partOf: Account, returns: field.integer() },
) {}

domain.commandHandler('AccountCommands', { partOf: Account }).handle(Deposit, async ({ accountId, amount = 1 }) => {
  const accounts = domain.repositoryFor(Account)
  const account = await accounts.get(accountId)
  account.balance = (account.balance ?? 0) + amount
  await accounts.add(account)
  return account.balance
})
// #endregion command

domain.config.idempotency.cache = 'shared'

beforeEach(async () => {
  await domain.init()
  await domain.repositoryFor(Account).add(new Account({ id: 'a' }))
})
afterEach(() => domain.close())

test('a command is handled now, or left to an engine', async () => {
  // #region process
  const balance = await domain.process(new Deposit({ accountId: 'a', amount: 100 }))
  await domain.process(new Deposit({ accountId: 'a', amount: 50 }), { asynchronous: true })
  // #endregion process
  expect(balance).toBe(100)
  expect((await domain.repositoryFor(Account).get('a')).balance).toBe(100)
})

test('a key makes it safe to submit again', async () => {
  // #region idempotency
  const deposit = new Deposit({ accountId: 'a', amount: 100 })
  const first = await domain.process(deposit, { idempotencyKey: 'order-7' })
  const again = await domain.process(deposit, { idempotencyKey: 'order-7' })
  // #endregion idempotency
  expect([first, again]).toEqual([100, 100])
  const asked = domain.process(deposit, { idempotencyKey: 'order-7', raiseOnDuplicate: true })
  await expect(asked).rejects.toBeInstanceOf(DuplicateCommandError)
})

test('a command that nobody waits for any more is not handled', async () => {
  const late = domain.process(new Deposit({ accountId: 'a', amount: 1 }), { deadline: new Date(0) })
  await expect(late).rejects.toBeInstanceOf(CommandExpiredError)
  expect((await domain.repositoryFor(Account).get('a')).balance).toBe(0)
})

test('priorities go with what a command leads to', async () => {
  // #region priority
  await domain.process(new Deposit({ accountId: 'a', amount: 1 }), { asynchronous: true, priority: Priority.BACKFILL })
  // #endregion priority
  const { messages } = await domain.eventStore.readAll({ limit: 10 })
  expect(messages.map(({ metadata }) => metadata.domain.priority)).toEqual([Priority.BACKFILL])
})
