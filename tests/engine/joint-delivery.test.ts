import { AsyncLocalStorage } from 'node:async_hooks'
import { field } from 'proteanjs'
import { beforeEach, describe, expect, test } from 'vitest'
import { CHECKPOINT_TABLE } from '../../src/handlers/engine-tables.ts'
import { makeTimedLedger } from '../support/ledger.ts'

let ledger: ReturnType<typeof makeTimedLedger>

beforeEach(() => {
  ledger = makeTimedLedger()
})

/** A statement of each account, kept by a projector that also does what the test wants. */
function declareStatements(also: (event: { account: string; amount: number }) => Promise<unknown> | unknown = () => undefined) {
  const { domain, Entered } = ledger
  class Statement extends domain.projection('Statement', {
    account: field.identifier({ identifier: true }),
    lines: field.list(field.integer(), { default: () => [] }),
  }) {}
  const statements = () => domain.repositoryFor(Statement)
  const seen: number[] = []
  domain.projector('Statements', { projectorFor: Statement }).on(Entered, async ({ account, amount }) => {
    seen.push(amount)
    if ((await also({ account, amount })) === 'leave') return
    const statement = (await statements().find(account)) ?? new Statement({ account })
    statement.lines = [...statement.lines, amount]
    await statements().add(statement)
  })
  const linesOf = async (account: string) => (await statements().find(account))?.lines
  return { Statement, statements, seen, linesOf }
}

/** How often the projector's checkpoints are written. */
function countCheckpoints(): () => number {
  const database = ledger.domain.providers.get('default')?.database
  if (database === undefined) throw new Error('there is a default database')
  const commit = database.commit.bind(database)
  let count = 0
  database.commit = async (changes) => {
    const rows = [...changes.updates, ...changes.inserts.flatMap(({ table, rows: some }) => some.map((row) => ({ table, row })))]
    count += rows.filter(({ table, row }) => table === CHECKPOINT_TABLE && String(row.subscription).includes('Statements')).length
    return await commit(changes)
  }
  return () => count
}

async function enterAll(...amounts: readonly number[]): Promise<void> {
  await ledger.domain.init()
  for (const amount of amounts) await ledger.enter('a', amount)
}

describe('events of one stream that wait for a projector', () => {
  test('are stored together, with one checkpoint, each finding what those before it have left', async () => {
    const { seen, linesOf } = declareStatements()
    await enterAll(1, 2, 3, 4, 5)
    const checkpoints = countCheckpoints()
    await ledger.work()
    expect(await linesOf('a')).toEqual([1, 2, 3, 4, 5])
    expect(seen).toEqual([1, 2, 3, 4, 5])
    expect(checkpoints()).toBe(1)
  })

  test('are stored up to the one that fails, which is one attempt of that one alone, and the rest follows it', async () => {
    let isBroken = true
    const { seen, linesOf } = declareStatements(({ amount }) => {
      if (amount === 3 && isBroken) throw new Error('three is too many')
    })
    await enterAll(1, 2, 3, 4)
    const engine = await ledger.work()
    expect(engine.failures).toMatchObject([{ handler: 'Statements', attempt: 1, message: { data: { amount: 3 } } }])
    expect(await linesOf('a')).toEqual([1, 2])
    isBroken = false
    ledger.clock.advance(60_000)
    await ledger.work()
    expect(await linesOf('a')).toEqual([1, 2, 3, 4])
    expect(seen).toEqual([1, 2, 3, 3, 4])
  })

  test('see nothing of what another one changed and did not save', async () => {
    const { statements, linesOf } = declareStatements(async ({ account, amount }) => {
      if (amount !== 2) return undefined
      const statement = await statements().get(account)
      statement.lines = []
      return 'leave'
    })
    await enterAll(1, 2, 3)
    await ledger.work()
    expect(await linesOf('a')).toEqual([1, 3])
  })

  test('are handled alone where their projector queries, and find there what is stored, even when it does not mind that failing', async () => {
    const counts: number[] = []
    const { statements, linesOf } = declareStatements(async () => {
      const found = await statements()
        .query.all()
        .catch(() => undefined)
      if (found !== undefined) counts.push(found.items.length)
    })
    await enterAll(1, 2, 3)
    await ledger.work()
    expect(await linesOf('a')).toEqual([1, 2, 3])
    expect(counts).toEqual([0, 1, 1])
  })

  test('are handled alone where their projector writes something else, even when it does not mind that being refused', async () => {
    const { Account, domain } = ledger
    const { linesOf } = declareStatements(async ({ amount }) => {
      const other = new Account({ account: `of ${amount}` })
      await domain
        .repositoryFor(Account)
        .add(other)
        .catch(() => undefined)
    })
    await enterAll(1, 2, 3)
    const engine = await ledger.work()
    expect(engine.failures).toEqual([])
    expect(await linesOf('a')).toEqual([1, 2, 3])
    for (const amount of [1, 2, 3]) expect(await domain.repositoryFor(Account).find(`of ${amount}`)).toBeDefined()
  })

  test('are handled again one by one when somebody else has written the row meanwhile', async () => {
    let isUntouched = true
    // As code of another process: in no unit of work of the handler.
    const elsewhere = AsyncLocalStorage.snapshot()
    const { statements, seen, linesOf } = declareStatements(async ({ amount }) => {
      if (amount !== 4 || !isUntouched) return
      isUntouched = false
      await elsewhere(async () => {
        const statement = await statements().get('a')
        statement.lines = [0]
        await statements().add(statement)
      })
    })
    await enterAll(1, 2)
    await ledger.work()
    for (const amount of [3, 4, 5]) await ledger.enter('a', amount)
    const engine = await ledger.work()
    expect(engine.failures).toEqual([])
    expect(await linesOf('a')).toEqual([0, 3, 4, 5])
    expect(seen).toEqual([1, 2, 3, 4, 5, 3, 4, 5])
  })
})
