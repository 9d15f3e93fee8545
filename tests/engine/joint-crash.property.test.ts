import fc from 'fast-check'
import { deadLetters, field } from 'proteanjs'
import { expect, test } from 'vitest'
import { FragileDatabase } from '../support/fragile-database.ts'
import { makeTimedLedger } from '../support/ledger.ts'

const LONGER_THAN_A_LEASE = 20_000

/** What an event has its projector do. Each is an amount, so that the entries can be told apart: the kind is its last digit. */
const KINDS = ['write', 'write', 'write', 'both', 'remove', 'query', 'forget', 'poison'] as const
type Kind = (typeof KINDS)[number]

const entries = fc.array(fc.record({ account: fc.constantFrom('a', 'b'), kind: fc.nat(KINDS.length - 1) }), {
  minLength: 2,
  maxLength: 14,
})
const deaths = fc.array(fc.record({ write: fc.integer({ min: 1, max: 12 }), isDone: fc.boolean(), isDeath: fc.boolean() }), {
  maxLength: 3,
})

function kindOf(amount: number): Kind {
  return KINDS[amount % 10] as Kind
}

/** What every account has in the end, event after event. */
function folded(all: readonly { readonly account: string; readonly amount: number }[]): Record<string, readonly number[]> {
  const lines: Record<string, readonly number[]> = {}
  for (const { account, amount } of all) {
    const kind = kindOf(amount)
    if (kind === 'remove') delete lines[account]
    else if (kind !== 'poison' && kind !== 'forget') lines[account] = [...(lines[account] ?? []), amount]
    if (kind === 'both') lines[`beside ${account}`] = [...(lines[`beside ${account}`] ?? []), amount]
  }
  return lines
}

test('whatever a projector does, and wherever the process dies, events that are stored together have the effects that they have one by one', async () => {
  const ledger = makeTimedLedger()
  const { domain, clock, Entered, Enter, work } = ledger
  class Statement extends domain.projection('Statement', {
    account: field.identifier({ identifier: true }),
    lines: field.list(field.integer(), { default: () => [] }),
  }) {}
  const statements = () => domain.repositoryFor(Statement)
  const write = async (account: string, amount: number, isSaved = true) => {
    const statement = (await statements().find(account)) ?? new Statement({ account })
    statement.lines = [...statement.lines, amount]
    if (isSaved) await statements().add(statement)
  }
  domain.projector('Statements', { projectorFor: Statement }).on(Entered, async ({ account, amount }) => {
    const kind = kindOf(amount)
    if (kind === 'query') await statements().query.filter({ account }).count()
    if (kind === 'remove') {
      const statement = await statements().find(account)
      if (statement !== undefined) await statements().remove(statement)
    } else await write(account, amount, kind !== 'forget')
    if (kind === 'both') await write(`beside ${account}`, amount)
    if (kind === 'poison') throw new Error('poison')
  })
  await domain.init()
  const provider = domain.providers.get('default')
  if (provider === undefined) throw new Error('there is a default database')
  const process = new FragileDatabase(provider.database)
  let died = 0
  await fc.assert(
    fc.asyncProperty(entries, deaths, async (script, ends) => {
      await provider.resetData()
      const all = script.map(({ account, kind }, at) => ({ account, amount: at * 10 + kind }))
      for (const entry of all) await domain.process(new Enter(entry), { asynchronous: false })
      for (const { write: at, isDone, isDeath } of ends) {
        process.revive()
        if (isDeath) process.dieAt(at, isDone)
        else process.stumbleAt(at, isDone)
        await work().catch(() => undefined)
        if (process.isDead) died += 1
        process.revive()
        clock.advance(LONGER_THAN_A_LEASE)
      }
      const poisoned = all.filter(({ amount }) => kindOf(amount) === 'poison')
      for (let run = 0; run < 6 * (poisoned.length + 1); run += 1) {
        await work()
        clock.advance(60_000)
      }
      const found = (await statements().query.all()).items.map(({ account, lines }) => [account, [...lines]])
      expect(Object.fromEntries(found)).toEqual(folded(all))
      const given = (await deadLetters(domain).list()).filter(({ subscription }) => subscription === 'Statements')
      expect(given.map(({ message }) => message.data.amount).sort()).toEqual(poisoned.map(({ amount }) => amount).sort())
    }),
    { numRuns: Number(globalThis.process.env.CRASH_RUNS ?? 60) },
  )
  // Scripts whose death lies behind the last write prove nothing.
  expect(died).toBeGreaterThan(10)
}, 120_000)
