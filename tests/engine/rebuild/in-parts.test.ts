import { Engine, rebuildProjection } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { gate } from '../running-engines.ts'
import { makeTimedSummaries } from './summaries.ts'

const LONGER_THAN_A_LEASE = 20_000

describe.each([
  { by: 'stream', order: {}, partitions: 3 },
  { by: 'key', order: { sequentialBy: 'account' }, partitions: 1 },
  { by: 'key', order: { sequentialBy: 'account' }, partitions: 3 },
])('a projection whose projector is ordered by $by, in $partitions parts', ({ order, partitions }) => {
  test('is rebuilt with every event in it once, and goes on in all parts', async () => {
    const { domain, clock, hooks, AccountSummary, move, seen, work } = makeTimedSummaries(order)
    domain.config.server.subscriptions.Summaries = { partitions }
    await domain.init()
    const accounts = Array.from({ length: 8 }, (_, at) => `a${at}`)
    const rows = (times: number) => accounts.map((account) => [account, `no. ${account}`, undefined, times * 10, times])
    for (const account of accounts) await move(account, 10)
    await work()
    // Two that wait for their next attempt are in the new table, and are not tried again.
    hooks.projecting = ({ account }) => {
      if (account === 'a1' || account === 'a2') throw new Error('not now')
    }
    for (const account of accounts) await move(account, 10)
    await work()
    hooks.projecting = () => undefined
    await rebuildProjection(domain, AccountSummary)
    expect(await seen()).toEqual(rows(2))
    clock.advance(600_000)
    for (const account of accounts) await move(account, 10)
    await work()
    expect(await seen()).toEqual(rows(3))
  })

  test('is not changed by an engine that was silent for longer than its leases', async () => {
    const { domain, clock, hooks, AccountSummary, move, seen } = makeTimedSummaries(order)
    domain.config.server.subscriptions.Summaries = { partitions }
    await domain.init()
    const { passed, open } = gate()
    let isStuck = false
    hooks.projecting = async ({ amount }) => {
      if (amount !== 100 || isStuck) return
      isStuck = true
      await passed
    }
    await move('a', 1)
    await move('a', 100)
    const engine = new Engine(domain)
    const ended = engine.run()
    await expect.poll(() => isStuck).toBe(true)
    clock.advance(LONGER_THAN_A_LEASE)
    await rebuildProjection(domain, AccountSummary)
    open()
    await engine.stop()
    await ended
    expect(await seen()).toEqual([['a', 'no. a', undefined, 101, 2]])
  })
})
