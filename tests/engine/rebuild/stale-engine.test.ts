import { Engine, rebuildProjection } from 'proteanjs'
import { beforeEach, describe, expect, test } from 'vitest'
import { gate } from '../running-engines.ts'
import { makeTimedSummaries } from './summaries.ts'

const { domain, clock, hooks, AccountSummary, rename, move, seen, work } = makeTimedSummaries()

const LONGER_THAN_A_LEASE = 20_000

beforeEach(async () => {
  hooks.projecting = () => undefined
  await domain.init()
})

/** An engine that handles a movement for so long that its lease expires, and does not notice. */
async function stuckAt(amount: number): Promise<{ goOn(): Promise<void> }> {
  const { passed, open } = gate()
  let isStuck = false
  hooks.projecting = async (event) => {
    if (event.amount !== amount || isStuck) return
    isStuck = true
    await passed
  }
  const engine = new Engine(domain)
  const ended = engine.run()
  await expect.poll(() => isStuck).toBe(true)
  clock.advance(LONGER_THAN_A_LEASE)
  return {
    async goOn() {
      open()
      await engine.stop()
      await ended
    },
  }
}

describe('an engine that was silent for longer than its lease', () => {
  for (const earlier of [0, 1, 3]) {
    test(`does nothing to the new table that is in it already (its stream had ${earlier} events before)`, async () => {
      for (let count = 0; count < earlier; count += 1) await move('a', 1)
      await move('b', 5)
      await work()
      await move('a', 100)
      await rename('b', 'Ann')
      const stale = await stuckAt(100)
      await rebuildProjection(domain, AccountSummary)
      const rows = [
        ['a', 'no. a', undefined, 100 + earlier, earlier + 1],
        ['b', 'no. b', 'Ann', 5, 1],
      ]
      expect(await seen()).toEqual(rows)
      await stale.goOn()
      expect(await seen()).toEqual(rows)
      await move('a', 1000)
      await work()
      expect((await seen())[0]).toEqual(['a', 'no. a', undefined, 1100 + earlier, earlier + 2])
    })
  }
})
