import { Engine, rebuildProjection } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { turn } from '../../../src/util/runtime/turn.ts'
import { makeSummaries } from './summaries.ts'

const { domain, hooks, AccountSummary, summaries, move, seen, work } = makeSummaries()
const engines: { readonly engine: Engine; readonly ended: Promise<void> }[] = []

beforeEach(async () => {
  hooks.projecting = () => undefined
  // So that nobody waits for an engine to notice a pause.
  Object.assign(domain.config.server, { partitioning: { heartbeatIntervalSeconds: 0.05, leaseTtlMs: 3000 } })
  await domain.init()
})

afterEach(async () => {
  for (const { engine, ended } of engines.splice(0)) {
    await engine.stop()
    await ended
  }
})

function start(): Engine {
  const engine = new Engine(domain)
  engines.push({ engine, ended: engine.run() })
  return engine
}

/** Goes on until the rebuild has ended, and at least so many times. */
async function until(ended: Promise<unknown>, times: number, body: (turn: number) => Promise<void>): Promise<void> {
  let isOver = false
  void ended.then(
    () => {
      isOver = true
    },
    () => {
      isOver = true
    },
  )
  for (let count = 0; !isOver || count < times; count += 1) {
    await body(count)
    await turn()
  }
}

const ACCOUNTS = ['a', 'b', 'c', 'd']

describe('while a projection is rebuilt', () => {
  test('engines go on with it, and every event is in it once, whenever it happened', { timeout: 60_000 }, async () => {
    const totals = new Map<string, [sum: number, count: number]>()
    let amount = 0
    const enter = async () => {
      amount += 1
      const account = ACCOUNTS[amount % ACCOUNTS.length] as string
      const [sum, count] = totals.get(account) ?? [0, 0]
      totals.set(account, [sum + amount, count + 1])
      await move(account, amount)
    }
    for (let turn = 0; turn < 60; turn += 1) await enter()
    start()
    start()
    await expect.poll(async () => (await seen()).length).toBe(ACCOUNTS.length)
    for (let round = 0; round < 3; round += 1) {
      const rebuilt = rebuildProjection(domain, AccountSummary, { batchSize: 7 })
      await until(rebuilt, 10, enter)
      await rebuilt
    }
    await enter()
    const expected = [...totals].sort().map(([account, [sum, count]]) => [account, `no. ${account}`, undefined, sum, count])
    await expect.poll(seen, { timeout: 20_000 }).toEqual(expected)
  })

  test('readers always see all of it (R2.26)', { timeout: 60_000 }, async () => {
    for (const account of ACCOUNTS) for (let turn = 0; turn < 5; turn += 1) await move(account, 1)
    await work()
    const whole = await seen()
    hooks.projecting = () => turn()
    const rebuilt = rebuildProjection(domain, AccountSummary, { batchSize: 1 })
    let looks = 0
    await until(rebuilt, 1, async () => {
      looks += 1
      expect(await seen()).toEqual(whole)
      expect(await summaries().query.count()).toBe(ACCOUNTS.length)
      expect((await summaries().find('a'))?.transactions).toBe(5)
    })
    await rebuilt
    expect(looks).toBeGreaterThan(3)
  })

  test('a subscription that somebody has paused stays so, and one that was running runs again', async () => {
    await move('a', 1)
    const engine = start()
    const stateOf = async () => (await engine.status()).find(({ name }) => name === 'Summaries')?.state
    await expect.poll(stateOf).toBe('running')
    await rebuildProjection(domain, AccountSummary)
    await expect.poll(stateOf).toBe('running')
    await engine.pause('Summaries')
    await rebuildProjection(domain, AccountSummary)
    expect(await stateOf()).toBe('paused')
    await move('a', 2)
    await engine.resume('Summaries')
    await expect.poll(seen).toEqual([['a', 'no. a', undefined, 3, 2]])
  })

  test('a handler that does not come to an end keeps the old table, and the live handling goes on after it', {
    timeout: 60_000,
  }, async () => {
    await move('a', 1)
    const engine = start()
    await expect.poll(async () => (await seen()).length).toBe(1)
    const abort = new AbortController()
    let goOn = (): void => undefined
    const stuck = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let isStuck = false
    hooks.projecting = async ({ amount }) => {
      if (amount !== 2 || isStuck) return
      isStuck = true
      await stuck
    }
    await move('a', 2)
    await expect.poll(() => isStuck).toBe(true)
    const rebuilt = rebuildProjection(domain, AccountSummary, { signal: abort.signal })
    await expect.poll(async () => (await engine.status()).find(({ name }) => name === 'Summaries')?.state).toBe('paused')
    abort.abort(new Error('enough'))
    await expect(rebuilt).rejects.toThrow('enough')
    goOn()
    await expect.poll(seen, { timeout: 20_000 }).toEqual([['a', 'no. a', undefined, 3, 2]])
  })
})
