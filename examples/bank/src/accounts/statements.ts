import { domain } from '../domain.ts'
import { Account } from './account.ts'

// #region as-of
export const statements = domain.applicationService(
  'Statements',
  { partOf: Account },
  {
    /** The account as it was then. There is no statement of a time before it was opened. */
    async asOf(accountId: string, moment: Date | string) {
      const account = await domain.repositoryFor(Account).get(accountId, { asOf: moment })
      const { holder, balance, available, status } = account
      return { holder, balance, available, status }
    },
  },
)
// #endregion as-of
