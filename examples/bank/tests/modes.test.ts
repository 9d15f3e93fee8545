/** What the mode promises: where rows and events are, and that nothing of a test is left in either. */
import { expect, test } from 'vitest'
import { OpenAccount } from '../src/accounts/account-commands.ts'
import { AccountSummary } from '../src/accounts/account-summary.ts'
import { domain } from '../src/domain.ts'

const STORES: Readonly<Record<string, readonly [database: string, isSeparate: boolean]>> = {
  test: ['postgresql', false],
  message_db: ['postgresql', true],
  sqlite: ['sqlite', false],
  memory: ['memory', false],
}

const database = () => domain.providers.get('default')?.database

test('the mode decides where rows and events are kept', () => {
  const isSeparate = database()?.events !== domain.eventStore
  expect([database()?.provider, isSeparate]).toEqual(STORES[process.env.PROTEAN_ENV ?? ''])
})

test('nothing is amiss with the bank', async () => {
  expect((await domain.check()).diagnostics.filter(({ level }) => level !== 'info')).toEqual([])
})

test('a test may leave an account and its events', async () => {
  const accountId = await domain.process(new OpenAccount({ holder: 'Ann' }))
  expect(await domain.viewFor(AccountSummary).count()).toBe(1)
  const events = await domain.eventStore.readStream(`bank::account-${accountId}`, { limit: 10 })
  expect(events.map(({ type }) => type)).toEqual(['Bank.AccountOpened.v1'])
})

test('and the next one finds none of them', async () => {
  expect(await domain.viewFor(AccountSummary).count()).toBe(0)
  expect((await domain.eventStore.readAll({ limit: 10 })).messages).toEqual([])
})
