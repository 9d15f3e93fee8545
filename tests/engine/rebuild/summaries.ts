import type { Domain, DomainOptions } from 'proteanjs'
import { Engine, field } from 'proteanjs'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { TestDomain } from '../../support/test-domain.ts'

interface ProjectorOrder {
  readonly sequentialBy?: string
}

/** Accounts and their summaries, which count: an event that has its effect twice, or never, shows. */
export function declareSummaries(domain: Domain, projectorOptions: ProjectorOrder = {}) {
  domain.config.commandProcessing = 'async'
  domain.config.eventProcessing = 'async'
  /** What a test wants to happen in the projector, before it does anything. */
  const hooks: { projecting: (event: { readonly account: string; readonly amount: number }) => Promise<void> | void } = {
    projecting: () => undefined,
  }

  class Moved extends domain.event(
    'Moved',
    { account: field.identifier({ required: true }), amount: field.integer({ required: true }) },
    { partOf: 'Account' },
  ) {}
  class Closed extends domain.event('Closed', { account: field.identifier({ required: true }) }, { partOf: 'Account' }) {}
  class Named extends domain.event(
    'Named',
    { account: field.identifier({ required: true }), name: field.string({ required: true }) },
    { partOf: 'Holder' },
  ) {}

  class Account extends domain.aggregate('Account', { account: field.identifier({ identifier: true }) }) {
    move(amount: number) {
      this.raise(new Moved({ account: this.account, amount }))
    }
    close() {
      this.raise(new Closed({ account: this.account }))
    }
  }
  class Holder extends domain.aggregate('Holder', { account: field.identifier({ identifier: true }) }) {
    rename(name: string) {
      this.raise(new Named({ account: this.account, name }))
    }
  }

  class Open extends domain.command('Open', { account: field.identifier({ identifier: true }) }, { partOf: 'Account' }) {}
  domain.commandHandler('AccountCommands', { partOf: Account }).handle(Open, async ({ account }) => {
    await domain.repositoryFor(Account).add(new Account({ account }))
  })

  class AccountSummary extends domain.projection(
    'AccountSummary',
    {
      account: field.identifier({ identifier: true }),
      number: field.string({ unique: true }),
      name: field.string(),
      balance: field.integer({ default: 0 }),
      transactions: field.integer({ default: 0 }),
    },
    { indexes: [{ fields: ['balance'] }] },
  ) {}

  const summaries = () => domain.repositoryFor(AccountSummary)
  const summaryOf = async (account: string) =>
    (await summaries().find(account)) ?? new AccountSummary({ account, number: `no. ${account}` })

  const projector = domain
    .projector('Summaries', { projectorFor: AccountSummary, ...projectorOptions })
    .on(Moved, async ({ account, amount }) => {
      await hooks.projecting({ account, amount })
      const summary = await summaryOf(account)
      summary.balance += amount
      summary.transactions += 1
      await summaries().add(summary)
    })
    .on(Named, async ({ account, name }) => {
      const summary = await summaryOf(account)
      summary.name = name
      await summaries().add(summary)
    })
    .on(Closed, async ({ account }) => {
      const summary = await summaries().find(account)
      if (summary !== undefined) await summaries().remove(summary)
    })

  const move = async (account: string, amount: number) => {
    const accounts = domain.repositoryFor(Account)
    const found = (await accounts.find(account)) ?? new Account({ account })
    found.move(amount)
    await accounts.add(found)
  }
  const close = async (account: string) => {
    const accounts = domain.repositoryFor(Account)
    const found = await accounts.get(account)
    found.close()
    await accounts.add(found)
  }
  const rename = async (account: string, name: string) => {
    const holders = domain.repositoryFor(Holder)
    const found = (await holders.find(account)) ?? new Holder({ account })
    found.rename(name)
    await holders.add(found)
  }
  /** Everything that readers see. */
  const seen = async () => {
    const { items } = await summaries().query.orderBy('account').limit(1000).all()
    return items.map(({ account, number, name, balance, transactions }) => [account, number, name, balance, transactions])
  }
  /** Lets the projector catch up, as an engine does it. */
  const work = async () => {
    const engine = new Engine(domain, { testMode: true, random: { next: () => 0 } })
    await engine.run()
    return engine
  }
  return { domain, hooks, Open, Account, AccountSummary, projector, summaries, move, close, rename, seen, work }
}

export function makeSummaries(options: DomainOptions = {}) {
  return declareSummaries(new TestDomain('bank', options))
}

/** In time that only the test lets pass. */
export function makeTimedSummaries(projectorOptions: ProjectorOrder = {}) {
  const clock = new ManualClock()
  return { ...declareSummaries(new TestDomain('bank', { clock }), projectorOptions), clock }
}
