/** Transfers through the whole bank, told once for both ways to carry them out: at once, and by an engine. */
import { describe, expect, test } from 'vitest'
import { Account } from '../src/accounts/account.ts'
import { CloseAccount, Deposit, OpenAccount } from '../src/accounts/account-commands.ts'
import { AccountSummary } from '../src/accounts/account-summary.ts'
import { domain } from '../src/domain.ts'
import { FundsTransfer } from '../src/transfers/funds-transfer.ts'
import { Transfer } from '../src/transfers/transfer.ts'
import { RequestTransfer } from '../src/transfers/transfer-commands.ts'

/** Has everything done that was asked for. */
export type Settle = () => Promise<void>

const atOnce = { asynchronous: false }

/** At the counter it is always done at once. */
async function accountOf(holder: string, cents: number): Promise<string> {
  const accountId = await domain.process(new OpenAccount({ holder }), atOnce)
  if (cents > 0) await domain.process(new Deposit({ accountId, cents }), atOnce)
  return accountId
}

async function balances(...ids: readonly string[]): Promise<readonly number[]> {
  return Promise.all(ids.map(async (id) => (await domain.repositoryFor(Account).get(id)).balance))
}

async function summaries(...ids: readonly string[]): Promise<readonly number[]> {
  return Promise.all(ids.map(async (id) => (await domain.viewFor(AccountSummary).get(id)).balance))
}

export function transferStory(settle: Settle): void {
  describe('a transfer', () => {
    test('moves money, and its summaries follow', async () => {
      const [ann, bob] = [await accountOf('Ann', 1_000), await accountOf('Bob', 0)]
      const id = await domain.process(new RequestTransfer({ from: ann, to: bob, cents: 300 }), atOnce)
      await settle()
      expect(await balances(ann, bob)).toEqual([700, 300])
      expect(await summaries(ann, bob)).toEqual([700, 300])
      expect((await domain.repositoryFor(Transfer).get(id)).status).toBe('completed')
      expect(await domain.viewFor(FundsTransfer).get(id)).toMatchObject({ status: 'completed', _ended: true })
    })

    test('fails where there is too little, and moves nothing', async () => {
      const [ann, bob] = [await accountOf('Ann', 299), await accountOf('Bob', 0)]
      const id = await domain.process(new RequestTransfer({ from: ann, to: bob, cents: 300 }), atOnce)
      await settle()
      expect(await balances(ann, bob)).toEqual([299, 0])
      expect(await domain.repositoryFor(Transfer).get(id)).toMatchObject({ status: 'failed', reason: 'the overdraft limit is exceeded' })
    })

    test('to an account that is closed gives back what it took', async () => {
      const [ann, bob] = [await accountOf('Ann', 1_000), await accountOf('Bob', 0)]
      await domain.process(new CloseAccount({ accountId: bob }), atOnce)
      const id = await domain.process(new RequestTransfer({ from: ann, to: bob, cents: 300 }), atOnce)
      await settle()
      expect(await balances(ann, bob)).toEqual([1_000, 0])
      expect(await summaries(ann, bob)).toEqual([1_000, 0])
      expect(await domain.repositoryFor(Transfer).get(id)).toMatchObject({ status: 'failed', reason: 'the account is closed' })
      const history = await domain.processHistory(FundsTransfer, id)
      expect(history.map(({ messageType, state }) => [messageType, state.status])).toEqual([
        ['Bank.TransferRequested.v1', 'sending'],
        ['Bank.MoneyWithdrawn.v1', 'receiving'],
        ['Bank.DepositRefused.v1', 'refunding'],
        ['Bank.MoneyRefunded.v1', 'failed'],
      ])
    })

    test('knows its own events among those of other transfers between the same accounts', async () => {
      const [ann, bob] = [await accountOf('Ann', 1_000), await accountOf('Bob', 1_000)]
      const wanted = [
        [ann, bob, 900],
        [bob, ann, 50],
        [ann, bob, 2_000],
        [ann, bob, 100],
      ] as const
      const ids = await Promise.all(wanted.map(([from, to, cents]) => domain.process(new RequestTransfer({ from, to, cents }), atOnce)))
      await settle()
      const found = await Promise.all(ids.map((id) => domain.viewFor(FundsTransfer).get(id)))
      expect(found.map(({ status, cents }) => [status, cents])).toEqual([
        ['completed', 900],
        ['completed', 50],
        ['failed', 2_000],
        ['completed', 100],
      ])
      expect(await balances(ann, bob)).toEqual([50, 1_950])
    })
  })

  // #region conserved
  test('whatever is transferred at the same time, no money comes or goes', { timeout: 60_000 }, async () => {
    const open = await Promise.all(['Ann', 'Bob', 'Cem', 'Dora'].map((holder) => accountOf(holder, 1_000)))
    const closed = await accountOf('Nobody', 0)
    await domain.process(new CloseAccount({ accountId: closed }), atOnce)
    const transfers = await Promise.all(
      manyTransfers(40, open, [...open, closed]).map((transfer) => domain.process(new RequestTransfer(transfer), atOnce)),
    )
    await settle()

    const found = await Promise.all(transfers.map((id) => domain.repositoryFor(Transfer).get(id)))
    const completed = found.filter(({ status }) => status === 'completed')
    const reasons = found.filter(({ status }) => status === 'failed').map(({ reason }) => reason)
    expect(completed.length + reasons.length).toBe(40)
    expect(new Set(reasons)).toEqual(new Set(['the account is closed', 'the overdraft limit is exceeded']))

    const after = await balances(...open, closed)
    expect(after.reduce((total, balance) => total + balance)).toBe(4_000)
    expect(after.every((balance) => balance >= 0)).toBe(true)
    const ledger = new Map([...open.map((id) => [id, 1_000] as const), [closed, 0]])
    for (const { from, to, cents } of completed) {
      ledger.set(from, (ledger.get(from) ?? 0) - cents)
      ledger.set(to, (ledger.get(to) ?? 0) + cents)
    }
    expect(after).toEqual([...ledger.values()])
    expect(await summaries(...open, closed)).toEqual(after)
  })
  // #endregion conserved
}

/** The same in every run: of each account to each other one, also more than there is. */
function manyTransfers(count: number, senders: readonly string[], receivers: readonly string[]) {
  return Array.from({ length: count }, (_, index) => {
    const from = senders[index % senders.length] as string
    const others = receivers.filter((id) => id !== from)
    return { from, to: others[(index * 7 + Math.floor(index / 3)) % others.length] as string, cents: 50 + ((index * 397) % 700) }
  })
}
