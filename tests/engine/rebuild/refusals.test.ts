import type { Domain } from 'proteanjs'
import { field, rebuildProjection, rebuildStatus } from 'proteanjs'
import { beforeEach, describe, expect, test } from 'vitest'
import { TestDomain } from '../../support/test-domain.ts'
import { declareSummaries, makeTimedSummaries } from './summaries.ts'

const { domain, clock, hooks, Open, Account, AccountSummary, summaries, move, seen, work } = makeTimedSummaries()

const LONGER_THAN_A_LEASE = 20_000

beforeEach(async () => {
  hooks.projecting = () => undefined
  await domain.init()
})

/** A projector that throws at one amount. */
function poisoned(amount: number): void {
  hooks.projecting = (event) => {
    if (event.amount === amount) throw new Error(`${amount} is poison`)
  }
}

async function moveAll(...amounts: readonly number[]): Promise<void> {
  for (const amount of amounts) await move('a', amount)
}

describe('an event that a projector refuses', () => {
  test('stops the rebuild, which leaves the projection as it is and goes on from there', async () => {
    await moveAll(1, 2, 3, 4)
    await work()
    const live = await seen()
    poisoned(3)
    const refused = rebuildProjection(domain, AccountSummary)
    await expect(refused).rejects.toMatchObject({ code: 'REBUILD_STOPPED', cause: { message: '3 is poison' } })
    await expect(refused).rejects.toThrow(/before message .*, a Bank\.Moved\.v1 in bank::account-a: .*3 is poison/)
    expect(await rebuildStatus(domain, AccountSummary)).toMatchObject({ phase: 'building', read: 2 })
    expect(await seen()).toEqual(live)
    const handled: number[] = []
    hooks.projecting = ({ amount }) => void handled.push(amount)
    expect(await rebuildProjection(domain, AccountSummary)).toMatchObject({ isResumed: true, read: 4 })
    expect(handled).toEqual([3, 4])
    expect(await seen()).toEqual(live)
  })

  test('is left out where that was asked for, and named', async () => {
    await moveAll(1, 2, 3, 4)
    poisoned(3)
    const result = await rebuildProjection(domain, AccountSummary, { onError: 'skip' })
    expect(result).toMatchObject({
      read: 4,
      skipped: 1,
      skippedEvents: [{ stream: 'bank::account-a', reason: expect.stringContaining('3 is poison') }],
    })
    expect(await seen()).toEqual([['a', 'no. a', undefined, 7, 3]])
  })

  test('does not take effects of others along, nor half of its own', async () => {
    await moveAll(1, 2, 3)
    hooks.projecting = async ({ amount }) => {
      if (amount !== 2) return
      await summaries().add(new AccountSummary({ account: 'half', number: 'no. half' }))
      throw new Error('half done')
    }
    await rebuildProjection(domain, AccountSummary, { onError: 'skip' })
    expect(await seen()).toEqual([['a', 'no. a', undefined, 4, 2]])
  })
})

describe('a rebuild does not', () => {
  test('put an empty table in the place of one with rows, unless it is told to', async () => {
    await summaries().add(new AccountSummary({ account: 'imported', number: 'no. 1' }))
    await expect(rebuildProjection(domain, AccountSummary)).rejects.toMatchObject({ code: 'REBUILD_REFUSED' })
    expect(await seen()).toHaveLength(1)
    await rebuildProjection(domain, AccountSummary, { refuseIf: () => false })
    expect(await seen()).toEqual([])
  })

  test('switch where the caller finds the counts wrong', async () => {
    await moveAll(1)
    await work()
    await summaries().add(new AccountSummary({ account: 'imported', number: 'no. 1' }))
    const refuseIf = ({ before, after }: { before: number; after: number }) => after < before
    await expect(rebuildProjection(domain, AccountSummary, { refuseIf })).rejects.toThrow(/has 2 rows and would have 1/)
    expect(await seen()).toHaveLength(2)
  })

  test('write anything else a second time', async () => {
    await moveAll(1)
    hooks.projecting = async () => {
      await domain.repositoryFor(Account).add(new Account({ account: 'other' }))
    }
    await expect(rebuildProjection(domain, AccountSummary)).rejects.toMatchObject({ cause: { code: 'REBUILD_WRITES_ELSEWHERE' } })
    hooks.projecting = async () => {
      await domain.repositoryFor(Account).query.delete()
    }
    await expect(rebuildProjection(domain, AccountSummary)).rejects.toMatchObject({ cause: { code: 'REBUILD_WRITES_ELSEWHERE' } })
    for (const asynchronous of [true, false]) {
      hooks.projecting = async () => {
        await domain.process(new Open({ account: 'other' }), { asynchronous })
      }
      await expect(rebuildProjection(domain, AccountSummary)).rejects.toMatchObject({ cause: { code: 'REBUILD_WRITES_ELSEWHERE' } })
    }
    hooks.projecting = async () => {
      await domain.schedule(new Open({ account: 'other' }), { afterSeconds: 60 })
    }
    await expect(rebuildProjection(domain, AccountSummary)).rejects.toMatchObject({ cause: { code: 'REBUILD_WRITES_ELSEWHERE' } })
    expect(await domain.repositoryFor(Account).query.count()).toBe(1)
  })

  test('run twice at once: the second is refused, and takes over when the first has been silent for a lease', async () => {
    await moveAll(1, 2)
    let second: Promise<unknown> = Promise.resolve()
    hooks.projecting = async () => {
      hooks.projecting = () => undefined
      second = rebuildProjection(domain, AccountSummary)
      await second.catch(() => undefined)
    }
    await rebuildProjection(domain, AccountSummary, { batchSize: 1 })
    await expect(second).rejects.toMatchObject({ code: 'REBUILD_RUNNING' })
    hooks.projecting = async () => {
      hooks.projecting = () => undefined
      clock.advance(LONGER_THAN_A_LEASE)
      await rebuildProjection(domain, AccountSummary)
    }
    await expect(rebuildProjection(domain, AccountSummary, { batchSize: 1 })).rejects.toMatchObject({ code: 'REBUILD_LOST' })
    expect(await seen()).toEqual([['a', 'no. a', undefined, 3, 2]])
  })

  test('go on once it was aborted, and leaves the projection as it is', async () => {
    await moveAll(1, 2, 3)
    await work()
    const live = await seen()
    const abort = new AbortController()
    const onProgress = ({ read }: { read: number }) => {
      if (read === 2) abort.abort(new Error('enough'))
    }
    const options = { batchSize: 1, signal: abort.signal, onProgress }
    await expect(rebuildProjection(domain, AccountSummary, options)).rejects.toThrow('enough')
    expect(await seen()).toEqual(live)
    await work()
    await moveAll(4)
    await work()
    expect(await rebuildProjection(domain, AccountSummary)).toMatchObject({ isResumed: true, read: 4 })
    expect(await seen()).toEqual([['a', 'no. a', undefined, 10, 4]])
  })

  test('go on with what was begun for other projectors, or when told to begin anew', async () => {
    await moveAll(1, 2, 3)
    poisoned(3)
    await expect(rebuildProjection(domain, AccountSummary)).rejects.toMatchObject({ code: 'REBUILD_STOPPED' })
    hooks.projecting = () => undefined
    expect(await rebuildProjection(domain, AccountSummary, { restart: true })).toMatchObject({ isResumed: false, read: 3 })
    expect(await seen()).toEqual([['a', 'no. a', undefined, 6, 3]])
  })

  test('take what is no projection of the domain, has no projector, or is in a cache', async () => {
    const other: Domain = new TestDomain('other')
    other.config.caches.default = { provider: 'memory' }
    const fields = { id: field.identifier({ identifier: true }) }
    class Idle extends other.projection('Idle', fields, { externallyPopulated: true }) {}
    class Cached extends other.projection('Cached', fields, { cache: 'default', externallyPopulated: true }) {}
    await other.init()
    await expect(rebuildProjection(other, Idle)).rejects.toMatchObject({ code: 'NO_PROJECTOR' })
    await expect(rebuildProjection(other, Cached)).rejects.toMatchObject({ code: 'REBUILD_OF_CACHE' })
    await expect(rebuildProjection(other, AccountSummary)).rejects.toMatchObject({ code: 'NOT_A_PROJECTION' })
    await expect(rebuildProjection(other, Account as never)).rejects.toMatchObject({ code: 'NOT_A_PROJECTION' })
  })

  test('take a projection whose projector reads from streams of a broker', async () => {
    const streaming = declareSummaries(new TestDomain('streaming'))
    streaming.domain.config.server.defaultSubscriptionType = 'stream'
    await streaming.domain.init()
    await expect(rebuildProjection(streaming.domain, streaming.AccountSummary)).rejects.toMatchObject({ code: 'REBUILD_OF_STREAM' })
  })

  test('run beside writers whose projectors nobody can pause', async () => {
    const synchronous = declareSummaries(new TestDomain('sync'))
    synchronous.domain.config.eventProcessing = 'sync'
    await synchronous.domain.init()
    await synchronous.move('a', 5)
    const rebuild = (writersAreStopped?: boolean) =>
      rebuildProjection(synchronous.domain, synchronous.AccountSummary, writersAreStopped === undefined ? {} : { writersAreStopped })
    await expect(rebuild()).rejects.toMatchObject({ code: 'REBUILD_NEEDS_ENGINE' })
    await rebuild(true)
    await synchronous.move('a', 6)
    expect(await synchronous.seen()).toEqual([['a', 'no. a', undefined, 11, 2]])
  })
})
