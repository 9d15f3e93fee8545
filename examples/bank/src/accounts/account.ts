import { field, InvalidOperationError } from 'proteanjs'
import { domain } from '../domain.ts'
import {
  AccountClosed,
  AccountOpened,
  DepositRefused,
  MoneyDeposited,
  MoneyRefunded,
  MoneyWithdrawn,
  WithdrawalRefused,
} from './account-events.ts'

/**
 * An account is what its events have made of it. At the counter a customer is told no by an error, and nothing has happened. A transfer is told no by an
 * event, since it waits for an answer that it can find again later.
 */
export class Account extends domain.aggregate(
  'Account',
  {
    accountId: field.auto({ identifier: true }),
    holder: field.string({ required: true, maxLength: 100 }),
    balance: field.integer({ default: 0 }),
    overdraftLimit: field.integer({ default: 0, min: 0 }),
    status: field.status(['open', 'closed'] as const, { default: 'open', transitions: { open: ['closed'] } }),
  },
  { eventSourced: true },
) {
  // #region applies
  static {
    this.invariant('the overdraft limit is exceeded', (account) => account.available >= 0, { field: 'balance', code: 'OVERDRAWN' })

    this.applies(AccountOpened, (account, { holder, overdraftLimit }) => {
      account.holder = holder
      account.overdraftLimit = overdraftLimit
    })
    this.applies(MoneyDeposited, (account, { cents }) => {
      account.balance += cents
    })
    this.applies(MoneyWithdrawn, (account, { cents }) => {
      account.balance -= cents
    })
    this.applies(MoneyRefunded, (account, { cents }) => {
      account.balance += cents
    })
    this.applies(AccountClosed, (account) => {
      account.status = 'closed'
      account.overdraftLimit = 0
    })
    this.applies(WithdrawalRefused, () => {})
    this.applies(DepositRefused, () => {})
  }
  // #endregion applies

  static open(holder: string, overdraftLimit = 0): Account {
    const account = new Account({})
    account.raise(new AccountOpened({ accountId: account.accountId, holder, overdraftLimit }))
    return account
  }

  /** What can be withdrawn, in cents. */
  get available(): number {
    return this.balance + this.overdraftLimit
  }

  deposit(cents: number) {
    if (this.status === 'closed') throw new InvalidOperationError('the account is closed')
    this.raise(new MoneyDeposited({ accountId: this.accountId, cents }))
  }

  /** Also from a closed account, which may have got something back: without an overdraft there is never more to take than that. */
  withdraw(cents: number) {
    this.raise(new MoneyWithdrawn({ accountId: this.accountId, cents }))
  }

  close() {
    if (this.balance !== 0) throw new InvalidOperationError('an account is closed when nothing is on it and nothing is owed')
    this.raise(new AccountClosed({ accountId: this.accountId }))
  }

  // #region answers
  send(cents: number, transferId: string) {
    const { accountId } = this
    const reason = this.status === 'closed' ? 'the account is closed' : 'the overdraft limit is exceeded'
    if (this.status === 'closed' || cents > this.available) this.raise(new WithdrawalRefused({ accountId, cents, transferId, reason }))
    else this.raise(new MoneyWithdrawn({ accountId, cents, transferId }))
  }

  receive(cents: number, transferId: string) {
    const { accountId } = this
    if (this.status === 'closed') this.raise(new DepositRefused({ accountId, cents, transferId, reason: 'the account is closed' }))
    else this.raise(new MoneyDeposited({ accountId, cents, transferId }))
  }

  /** Never refused, whatever has become of the account meanwhile: the money must be somewhere. */
  refund(cents: number, transferId: string) {
    this.raise(new MoneyRefunded({ accountId: this.accountId, cents, transferId }))
  }
  // #endregion answers
}
