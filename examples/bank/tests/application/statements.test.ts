import { ObjectNotFoundError } from 'proteanjs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CloseAccount, Deposit, OpenAccount, Withdraw } from '../../src/accounts/account-commands.ts'
import { statements } from '../../src/accounts/statements.ts'
import { domain } from '../../src/domain.ts'

let accountId: string

const on = (day: string) => vi.setSystemTime(`${day}T12:00:00Z`)

/** Opened on the 1st; 100.00 on the 10th, 40.00 of it taken on the 20th, and the rest on the last day. */
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  on('2026-01-01')
  accountId = await domain.process(new OpenAccount({ holder: 'Ann', overdraftLimit: 5_000 }))
  on('2026-01-10')
  await domain.process(new Deposit({ accountId, cents: 10_000 }))
  on('2026-01-20')
  await domain.process(new Withdraw({ accountId, cents: 4_000 }))
  on('2026-01-31')
  await domain.process(new Withdraw({ accountId, cents: 6_000 }))
  await domain.process(new CloseAccount({ accountId }))
})

afterEach(() => void vi.useRealTimers())

// #region statement
test.each([
  ['2026-01-01T12:00:00Z', { balance: 0, available: 5_000, status: 'open' }],
  ['2026-01-10T11:59:59Z', { balance: 0, available: 5_000, status: 'open' }],
  ['2026-01-15T00:00:00Z', { balance: 10_000, available: 15_000, status: 'open' }],
  ['2026-01-20T12:00:00Z', { balance: 6_000, available: 11_000, status: 'open' }],
  ['2026-12-31T00:00:00Z', { balance: 0, available: 0, status: 'closed' }],
])('a statement says what was there on %s', async (moment, expected) => {
  expect(await statements.asOf(accountId, moment)).toEqual({ holder: 'Ann', ...expected })
  expect(await statements.asOf(accountId, new Date(moment))).toEqual({ holder: 'Ann', ...expected })
})
// #endregion statement

test('there is none of a time before the account was opened', async () => {
  await expect(statements.asOf(accountId, '2025-12-31T00:00:00Z')).rejects.toBeInstanceOf(ObjectNotFoundError)
})
