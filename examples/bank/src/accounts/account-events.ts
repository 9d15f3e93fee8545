/** What can happen to an account. Amounts are whole cents: sums of them are exact. */
import { field } from 'proteanjs'
import { domain } from '../domain.ts'

const account = { accountId: field.identifier({ required: true }) }
const cents = field.integer({ required: true, min: 1 })
const refused = { ...account, transferId: field.identifier({ required: true }), cents, reason: field.string({ required: true }) }

export class AccountOpened extends domain.event(
  'AccountOpened',
  { ...account, holder: field.string({ required: true }), overdraftLimit: field.integer({ default: 0 }) },
  { partOf: 'Account' },
) {}

/** At the counter, or by a transfer, which it names then. */
export class MoneyDeposited extends domain.event(
  'MoneyDeposited',
  { ...account, cents, transferId: field.identifier() },
  { partOf: 'Account', version: 2 },
) {}

/** At the counter, or by a transfer, which it names then. */
export class MoneyWithdrawn extends domain.event(
  'MoneyWithdrawn',
  { ...account, cents, transferId: field.identifier() },
  { partOf: 'Account' },
) {}

/** What a transfer took is back, because it did not get to where it was meant to go. */
export class MoneyRefunded extends domain.event(
  'MoneyRefunded',
  { ...account, cents, transferId: field.identifier({ required: true }) },
  { partOf: 'Account' },
) {}

export class WithdrawalRefused extends domain.event('WithdrawalRefused', refused, { partOf: 'Account' }) {}

export class DepositRefused extends domain.event('DepositRefused', refused, { partOf: 'Account' }) {}

export class AccountClosed extends domain.event('AccountClosed', account, { partOf: 'Account' }) {}

// #region upcaster
/** Version 1 told deposits in euros with a fraction. What is stored stays as it is; whoever reads it gets version 2. */
domain.upcaster(MoneyDeposited, { from: 1, to: 2 }, ({ amount, ...rest }) => ({ ...rest, cents: Math.round(Number(amount) * 100) }))
// #endregion upcaster
