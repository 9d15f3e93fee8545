import type { Domain, Message } from 'proteanjs'
import { Engine, field } from 'proteanjs'

/** Accounts whose entries a handler books into balances: every effect can be counted, and happens in the database. Everything is asynchronous. */
export function declareLedger(domain: Domain, bookingOptions: { readonly sequentialBy?: string } = {}) {
  domain.config.commandProcessing = 'async'
  domain.config.eventProcessing = 'async'
  /** What a test wants to happen while an entry is booked. */
  const hooks: { booking: (event: { account: string; amount: number }, message: Message) => Promise<void> | void } = {
    booking: () => undefined,
  }
  const booked: string[] = []

  class Entered extends domain.event(
    'Entered',
    { account: field.identifier({ required: true }), amount: field.integer({ required: true }) },
    { partOf: 'Account' },
  ) {}

  class Booked extends domain.event('Booked', { account: field.identifier({ required: true }) }, { partOf: 'Balance' }) {}

  class Account extends domain.aggregate('Account', {
    account: field.identifier({ identifier: true }),
    total: field.integer({ default: 0 }),
  }) {
    enter(amount: number) {
      this.total += amount
      this.raise(new Entered({ account: this.account, amount }))
    }
  }

  /** What was booked; `entries` in the order in which it was. */
  class Balance extends domain.aggregate('Balance', {
    account: field.identifier({ identifier: true }),
    amount: field.integer({ default: 0 }),
    entries: field.list(field.integer(), { default: () => [] }),
  }) {
    book(amount: number) {
      this.amount += amount
      this.entries = [...this.entries, amount]
      this.raise(new Booked({ account: this.account }))
    }
  }

  class Enter extends domain.command(
    'Enter',
    { account: field.identifier({ identifier: true }), amount: field.integer({ required: true }) },
    { partOf: 'Account' },
  ) {}

  domain.commandHandler('AccountCommands', { partOf: Account }).handle(Enter, async ({ account: id, amount }) => {
    const accounts = domain.repositoryFor(Account)
    const account = (await accounts.find(id)) ?? new Account({ account: id })
    account.enter(amount)
    await accounts.add(account)
  })

  const bookings = domain
    .eventHandler('Bookings', { partOf: Balance, ...bookingOptions })
    .handle(Entered, async ({ account, amount }, message) => {
      await hooks.booking({ account, amount }, message)
      const balances = domain.repositoryFor(Balance)
      const balance = (await balances.find(account)) ?? new Balance({ account })
      balance.book(amount)
      await balances.add(balance)
      booked.push(`${account}:${amount}`)
    })

  const enter = (account: string, amount: number) => domain.process(new Enter({ account, amount }), { asynchronous: false })
  const balanceOf = async (account: string) => (await domain.repositoryFor(Balance).find(account))?.entries ?? []
  const work = async () => {
    const engine = new Engine(domain, { testMode: true, random: { next: () => 0 } })
    await engine.run()
    return engine
  }
  return { domain, hooks, booked, bookings, Entered, Booked, Account, Balance, Enter, enter, balanceOf, work }
}
