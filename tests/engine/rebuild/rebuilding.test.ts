import type { RebuildProgress } from 'proteanjs'
import { deadLetters, rebuildProjection, rebuildStatus } from 'proteanjs'
import { beforeEach, describe, expect, test } from 'vitest'
import { CHECKPOINT_TABLE } from '../../../src/handlers/engine-tables.ts'
import { NO_CHANGES } from '../../../src/ports/change-set.ts'
import { makeSummaries } from './summaries.ts'

const { domain, hooks, AccountSummary, summaries, move, close, rename, seen, work } = makeSummaries()

/** Loses and adds rows, as an old mistake of a projector would have. */
async function spoil(): Promise<void> {
  await summaries().query.delete()
  await summaries().add(new AccountSummary({ account: 'nobody', number: 'no. 0' }))
}

beforeEach(async () => {
  hooks.projecting = () => undefined
  await domain.init()
})

describe('a projection is rebuilt', () => {
  test('1000 + 500 - 200 are 1300 in three transactions, before and after', async () => {
    for (const amount of [1000, 500, -200]) await move('a', amount)
    await work()
    const before = await seen()
    const result = await rebuildProjection(domain, AccountSummary)
    expect(result).toMatchObject({ phase: 'done', read: 3, skipped: 0, rowsBefore: 1, rowsAfter: 1, isResumed: false })
    expect(before).toEqual([['a', 'no. a', undefined, 1300, 3]])
    expect(await seen()).toEqual(before)
  })

  test('into what its projectors make of the whole log, in its order, whatever is stored', async () => {
    // An engine keeps no order between the two aggregates, so it is given their events one by one.
    const one = async (done: Promise<void>) => {
      await done
      await work()
    }
    for (let turn = 0; turn < 25; turn += 1) {
      await one(move(`a${turn % 4}`, turn))
      if (turn % 5 === 0) await one(rename(`a${turn % 4}`, `holder ${turn}`))
      if (turn % 7 === 6) await one(close(`a${turn % 4}`))
    }
    const live = await seen()
    await spoil()
    for (const batchSize of [1, 3, 500]) {
      const { rowsAfter } = await rebuildProjection(domain, AccountSummary, { batchSize })
      expect(await seen()).toEqual(live)
      expect(rowsAfter).toBe(live.length)
    }
  })

  test('and its projectors go on where the rebuild has ended, each event once', async () => {
    await move('a', 1)
    await work()
    await move('a', 10)
    await rebuildProjection(domain, AccountSummary)
    expect(await seen()).toEqual([['a', 'no. a', undefined, 11, 2]])
    await move('a', 100)
    await move('b', 5)
    await work()
    expect(await seen()).toEqual([
      ['a', 'no. a', undefined, 111, 3],
      ['b', 'no. b', undefined, 5, 1],
    ])
  })

  test('also one that no engine has worked on yet', async () => {
    await move('a', 7)
    await rebuildProjection(domain, AccountSummary)
    await work()
    expect(await seen()).toEqual([['a', 'no. a', undefined, 7, 1]])
  })

  test('and what failed before is in it, so that nothing is left to be tried again', async () => {
    hooks.projecting = () => {
      throw new Error('not yet')
    }
    await move('a', 7)
    await move('a', 8)
    await work()
    expect(await seen()).toEqual([])
    expect(await deadLetters(domain).count({ state: 'waiting' })).toBe(1)
    hooks.projecting = () => undefined
    await rebuildProjection(domain, AccountSummary)
    expect(await deadLetters(domain).count({ state: 'waiting' })).toBe(0)
    await work()
    expect(await seen()).toEqual([['a', 'no. a', undefined, 15, 2]])
  })

  test('and what was handled ahead of the cursor, as a stream that catches up is, comes again', async () => {
    await move('a', 7)
    await work()
    const { database } = domain.providers.get('default') ?? {}
    const row = { id: 'bank:Summaries|bank::account-a', subscription: 'bank:Summaries', stream: 'bank::account-a', position: 1 }
    const kept = { ...row, updated_at: new Date(), version: 1 }
    await database?.commit({ ...NO_CHANGES, updates: [{ table: CHECKPOINT_TABLE, id: row.id, row: kept }] })
    await rebuildProjection(domain, AccountSummary)
    await move('a', 8)
    await work()
    expect(await seen()).toEqual([['a', 'no. a', undefined, 15, 2]])
  })

  test('from one page of its log after the other, none larger than it was told (R2.26)', async () => {
    for (let amount = 1; amount <= 23; amount += 1) await move('a', amount)
    await work()
    const store = domain.eventStore
    const read = store.readAll.bind(store)
    const pages: number[] = []
    let reading = 0
    store.readAll = async (wish) => {
      reading += 1
      expect([reading, wish.limit]).toEqual([1, 5])
      const page = await read(wish).finally(() => {
        reading -= 1
      })
      pages.push(page.messages.length)
      return page
    }
    const before = await seen()
    await rebuildProjection(domain, AccountSummary, { batchSize: 5 }).finally(() => {
      store.readAll = read
    })
    expect(pages.slice(0, 5)).toEqual([5, 5, 5, 5, 3])
    expect(await seen()).toEqual(before)
  })

  test('with its unique values and its schema as they were', async () => {
    await move('a', 1)
    await rebuildProjection(domain, AccountSummary)
    await rebuildProjection(domain, AccountSummary)
    const twin = new AccountSummary({ account: 'b', number: 'no. a' })
    await expect(summaries().add(twin)).rejects.toMatchObject({ code: 'UNIQUE' })
    const { schema } = domain.providers.get('default')?.database ?? {}
    const plan = schema === undefined ? undefined : await domain.providers.get('default')?.planMigration()
    expect(plan?.changes ?? []).toEqual([])
    expect(plan?.leftOver ?? []).toEqual([])
  })

  test('and tells how far it is, while it runs and afterwards', async () => {
    for (let turn = 0; turn < 5; turn += 1) await move('a', turn)
    const told: RebuildProgress[] = []
    await rebuildProjection(domain, AccountSummary, { batchSize: 2, onProgress: (progress) => told.push(progress) })
    expect(told.map(({ phase, read }) => [phase, read])).toEqual([
      ['building', 0],
      ['building', 2],
      ['building', 4],
      ['building', 5],
      ['done', 5],
    ])
    expect(await rebuildStatus(domain, AccountSummary)).toMatchObject({ phase: 'done', read: 5, skipped: 0 })
  })
})
