import type { DataTable } from 'quickpickle'
import { After, Given, Then, When } from 'quickpickle'
import { expect, vi } from 'vitest'
import { CloseAccount, Deposit, OpenAccount, Withdraw } from '../src/accounts/account-commands.ts'
import { AccountSummary } from '../src/accounts/account-summary.ts'
import { statements } from '../src/accounts/statements.ts'
import { domain } from '../src/domain.ts'
import { Transfer } from '../src/transfers/transfer.ts'
import { RequestTransfer } from '../src/transfers/transfer-commands.ts'
import { storeEarlierDeposit } from './application/earlier-deposit.ts'

/** What the steps of one scenario tell each other. */
interface World {
  /** The account opened last. */
  accountId: string
  transferId: string
  failure?: unknown
}

const cents = (amount: number | string) => Math.round(Number(amount) * 100)

async function open(world: World, holder: string, amount: number, limit = 0) {
  world.accountId = await domain.process(new OpenAccount({ holder, overdraftLimit: cents(limit) }))
  if (amount > 0) await domain.process(new Deposit({ accountId: world.accountId, cents: cents(amount) }))
}

/** Each holder has one account in these scenarios. */
const accountOf = async (holder: string) => (await domain.viewFor(AccountSummary).findBy({ holder })).accountId

const noonOf = (day: string) => `${day}T12:00:00Z`

async function attempt(world: World, command: Withdraw | CloseAccount) {
  world.failure = await domain.process(command).then(
    () => undefined,
    (error: unknown) => error,
  )
}

After(() => void vi.useRealTimers())

Given('{string} has an account with {float}', (world: World, holder: string, amount: number) => open(world, holder, amount))
Given('{string} has an account with {float} and an overdraft limit of {float}', open)
Given('{string} has closed his/her account', async (_world: World, holder: string) => {
  await domain.process(new CloseAccount({ accountId: await accountOf(holder) }))
})
Given('a deposit of {float} from the time when the bank counted in euros', async (world: World, amount: number) => {
  await storeEarlierDeposit(world.accountId, amount)
})
// #region time
Given(/^it is (\d{4}-\d\d-\d\d)$/, (_world: World, day: string) => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(noonOf(day)) })
})
Given('these movements:', async ({ accountId }: World, movements: DataTable) => {
  for (const { day = '', deposit, withdrawal } of movements.hashes()) {
    vi.setSystemTime(noonOf(day))
    if (deposit) await domain.process(new Deposit({ accountId, cents: cents(deposit) }))
    if (withdrawal) await domain.process(new Withdraw({ accountId, cents: cents(withdrawal) }))
  }
})
Then('his/her statements say:', async ({ accountId }: World, expected: DataTable) => {
  for (const { day = '', balance = '' } of expected.hashes())
    expect(await statements.asOf(accountId, noonOf(day)), day).toMatchObject({ balance: cents(balance) })
})
// #endregion time

When('he/she withdraws {float}', (world: World, amount: number) =>
  attempt(world, new Withdraw({ accountId: world.accountId, cents: cents(amount) })),
)
When('he/she closes it', (world: World) => attempt(world, new CloseAccount({ accountId: world.accountId })))
// #region transfer
When('{string} transfers {float} to {string}', async (world: World, from: string, amount: number, to: string) => {
  const accounts = { from: await accountOf(from), to: await accountOf(to) }
  world.transferId = await domain.process(new RequestTransfer({ ...accounts, cents: cents(amount) }))
})
// #endregion transfer
When('these transfers are made at the same time:', async (_world: World, transfers: DataTable) => {
  const wanted: RequestTransfer[] = []
  for (const { from = '', to = '', amount = '' } of transfers.hashes())
    wanted.push(new RequestTransfer({ from: await accountOf(from), to: await accountOf(to), cents: cents(amount) }))
  await Promise.all(wanted.map((transfer) => domain.process(transfer)))
})

Then('the withdrawal is {word}', ({ failure }: World, outcome: string) => {
  expect(failure === undefined ? 'accepted' : 'refused').toBe(outcome)
})
Then('he/she is told {string}', ({ failure }: World, text: string) => {
  expect(failure).toMatchObject({ message: expect.stringContaining(text) })
})
Then('his/her balance is {float}', async ({ accountId }: World, amount: number) => {
  expect((await statements.asOf(accountId, domain.clock.now())).balance).toBe(cents(amount))
})
Then('the account is closed', async ({ accountId }: World) => {
  expect((await domain.viewFor(AccountSummary).get(accountId)).isOpen).toBe(false)
})
Then('{string} has {float}', async (_world: World, holder: string, amount: number) => {
  const accountId = await accountOf(holder)
  expect((await domain.viewFor(AccountSummary).get(accountId)).balance).toBe(cents(amount))
  expect((await statements.asOf(accountId, domain.clock.now())).balance).toBe(cents(amount))
})
Then('the transfer is completed', async ({ transferId }: World) => {
  expect((await domain.repositoryFor(Transfer).get(transferId)).status).toBe('completed')
})
Then('the transfer has failed because {string}', async ({ transferId }: World, reason: string) => {
  expect(await domain.repositoryFor(Transfer).get(transferId)).toMatchObject({ status: 'failed', reason })
})
