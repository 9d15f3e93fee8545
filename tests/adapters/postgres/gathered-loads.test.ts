import { afterEach, beforeEach, expect, test } from 'vitest'
import { times } from '../../../src/testing/conformance/assertions.ts'
import { changes } from '../../../src/testing/conformance/rows.ts'
import { item, items, note, notes, order, orders, people, person, samples } from '../../../src/testing/conformance/schemas.ts'
import { turn } from '../../../src/util/runtime/turn.ts'
import { describePostgres } from '../../support/postgres.ts'
import { GatheredDatabase } from '../support/gathered-database.ts'

describePostgres('loads that gather on PostgreSQL', (server) => {
  let gathered: GatheredDatabase

  beforeEach(async () => {
    gathered = new GatheredDatabase(server)
    await gathered.open()
    await gathered.database.commit(
      changes({
        inserts: [
          { table: orders.table, rows: times(8, (number) => order(`o${number}`, { total: number })) },
          { table: items, rows: times(8, (number) => item(`i${number}`, `o${number}`, 0)) },
          { table: notes, rows: [note('n1', 'o1', 0)] },
          { table: people.table, rows: [person('o1', { visits: 1 })] },
        ],
      }),
    )
  })

  afterEach(() => gathered.database.close())

  /** Loads these while other loads are under way, as many as may be at once. */
  const loadAll = (...wanted: readonly (readonly [cluster: typeof orders, ids: readonly string[]])[]) =>
    gathered.gather(
      async () => {
        const one = gathered.database.load(samples, ['s1'])
        await turn()
        await Promise.all([one, gathered.database.load(samples, ['s1'])])
      },
      () => wanted.map(([cluster, ids]) => gathered.database.load(cluster, ids)),
    )
  const rowsOf = (outcomes: Awaited<ReturnType<typeof loadAll>>['outcomes']) =>
    outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason))

  test('take one query for each table, and each gets the rows that he asked for, with their children', async () => {
    const { outcomes, flushes } = await loadAll([orders, ['o1']], [orders, ['o2', 'o3', 'none', 'o2']], [orders, []], [orders, ['nobody']])
    const found = rowsOf(outcomes)
    expect(found.map((rows) => rows.map(({ row }: { row: { id: string } }) => row.id).sort())).toEqual([['o1'], ['o2', 'o3'], [], []])
    expect(found[0]).toEqual(await gathered.database.load(orders, ['o1']))
    expect(found[0][0].children[1][0].row.id).toBe('n1')
    expect(flushes.slice(0, 3).map((statements) => statements.length)).toEqual([1, 2, 1])
  })

  test('go out together, whatever they are of', async () => {
    const { outcomes, flushes } = await loadAll([people, ['o1']], [orders, ['o1']], [people, ['o2']])
    const found = rowsOf(outcomes)
    expect(found.map((rows) => rows.length)).toEqual([1, 1, 0])
    expect(found[0][0].row.visits).toBe(1)
    expect(found[1][0].row.total).toBe(1)
    expect(flushes.map((statements) => statements.length)).toEqual([2, 2, 1])
  })

  test('give rows of his own to each of two who want the same', async () => {
    const { outcomes, flushes } = await loadAll([orders, ['o1']], [orders, ['o1', 'o2']])
    const [left, right] = rowsOf(outcomes)
    expect(right.find(({ row }: { row: { id: string } }) => row.id === 'o1')).toEqual(left[0])
    for (const { row } of right) expect(row).not.toBe(left[0].row)
    expect(flushes.length).toBe(3)
  })

  test('fail alone', async () => {
    const missing = { ...orders, table: { ...orders.table, name: 'not_there' } }
    const { outcomes } = await loadAll([orders, ['o1']], [missing, ['o1']], [people, ['o1']])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'MISSING_TABLE' } })
  })

  test('see what was committed before they were asked for', async () => {
    const { database } = gathered
    const seen = await Promise.all(
      times(8, async (number) => {
        await database.commit(changes({ updates: [{ table: orders.table, id: `o${number}`, row: order(`o${number}`, { total: 99 }) }] }))
        return (await database.load(orders, [`o${number}`]))[0]?.row.total
      }),
    )
    expect(seen).toEqual(Array(8).fill(99))
  })
})
