import { Invalid } from './invalid.ts'

/** What somebody writes who wants an account to be valid after every call, and untouched by a call that fails. */
export class HandWrittenAccount {
  readonly accountId: string
  #balance: number
  #withdrawals = 0

  constructor(accountId: string, balance: number) {
    this.accountId = accountId
    this.#balance = balance
    this.#check()
  }

  get balance(): number {
    return this.#balance
  }

  get withdrawals(): number {
    return this.#withdrawals
  }

  withdraw(amount: number): void {
    const balance = this.#balance
    const withdrawals = this.#withdrawals
    try {
      this.#balance -= amount
      this.#withdrawals += 1
      this.#check()
    } catch (error) {
      this.#balance = balance
      this.#withdrawals = withdrawals
      throw error
    }
  }

  #check(): void {
    const issues = []
    if (!Number.isFinite(this.#balance)) issues.push({ path: 'balance', message: 'must be a number' })
    if (!Number.isSafeInteger(this.#withdrawals) || this.#withdrawals < 0)
      issues.push({ path: 'withdrawals', message: 'must be a whole number, at least 0' })
    if (this.#balance < 0) issues.push({ path: 'balance', message: 'a balance is never below zero' })
    if (issues.length > 0) throw new Invalid(issues)
  }
}
