import { field } from 'proteanjs'
import { domain } from '../domain.ts'
import { Account } from './account.ts'
import { AccountClosed, AccountOpened, MoneyDeposited, MoneyRefunded, MoneyWithdrawn } from './account-events.ts'

/** Accounts as they are looked for. An event-sourced account itself is found by its identity alone. */
export class AccountSummary extends domain.projection('AccountSummary', {
  accountId: field.identifier({ identifier: true }),
  holder: field.string({ required: true }),
  balance: field.integer({ default: 0 }),
  movements: field.integer({ default: 0 }),
  isOpen: field.boolean({ default: true }),
}) {}

async function book(accountId: string, cents: number) {
  const summaries = domain.repositoryFor(AccountSummary)
  const summary = await summaries.get(accountId)
  summary.balance += cents
  summary.movements += 1
  await summaries.add(summary)
}

// #region projector
export const accountSummaries = domain
  .projector('AccountSummaryProjector', { projectorFor: AccountSummary, aggregates: [Account] })
  .on(AccountOpened, async ({ accountId, holder }) => {
    await domain.repositoryFor(AccountSummary).add(new AccountSummary({ accountId, holder }))
  })
  .on(MoneyDeposited, ({ accountId, cents }) => book(accountId, cents))
  .on(MoneyWithdrawn, ({ accountId, cents }) => book(accountId, -cents))
  .on(MoneyRefunded, ({ accountId, cents }) => book(accountId, cents))
  .on(AccountClosed, async ({ accountId }) => {
    const summaries = domain.repositoryFor(AccountSummary)
    const summary = await summaries.get(accountId)
    summary.isOpen = false
    await summaries.add(summary)
  })
// #endregion projector

export class AccountsOf extends domain.query(
  'AccountsOf',
  { holder: field.string({ required: true }) },
  { partOf: AccountSummary, returns: [AccountSummary] },
) {}

export const accountQueries = domain
  .queryHandler('AccountQueryHandler', { partOf: AccountSummary })
  .handle(AccountsOf, async ({ holder }) => {
    const { items } = await domain.viewFor(AccountSummary).query.filter({ holder }).orderBy('-balance', 'accountId').all()
    return items
  })
