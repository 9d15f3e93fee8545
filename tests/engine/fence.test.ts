import type { Engine } from 'proteanjs'
import { deadLetters } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FAILURE_TABLE } from '../../src/handlers/engine-tables.ts'
import { EVERYTHING } from '../../src/ports/criteria.ts'
import type { Database } from '../../src/ports/database.ts'
import { gate, makeRunningLedger } from './running-engines.ts'
import { seizeLease } from './seized-lease.ts'

type Gate = ReturnType<typeof gate>

let ledger: ReturnType<typeof makeRunningLedger>
/** How often handling was begun. */
let calls: number

beforeEach(() => {
  ledger = makeRunningLedger()
  calls = 0
})
afterEach(() => ledger.stopAll())

function database(): Database {
  return ledger.domain.providers.get('default')?.database as Database
}

const failureRows = () => database().count(FAILURE_TABLE, EVERYTHING)

/** Stops whoever writes down a failure: the first time at the first gate, and so on. Gives how many have come there. */
function holdFailures(gates: readonly Gate[]): () => number {
  const target = database()
  const commit = target.commit.bind(target)
  let reached = 0
  target.commit = async (changes) => {
    if (![...changes.inserts, ...changes.updates].some(({ table }) => table === FAILURE_TABLE)) return commit(changes)
    reached += 1
    await gates[reached - 1]?.passed
    return commit(changes)
  }
  return () => reached
}

/** An engine stands between having looked that nobody else was there and writing down that booking has failed; then its lease is taken away. */
async function stopBeforeParking(): Promise<{ readonly slow: Engine; readonly parking: Gate }> {
  const { domain, enter, start, eventually } = ledger
  const parking = gate()
  await domain.init()
  const reached = holdFailures([parking])
  const slow = start({ name: 'slow' })
  await enter('a', 1)
  await eventually(reached).toBe(1)
  await seizeLease(domain, 'Bookings')
  return { slow, parking }
}

describe('an engine that lost its lease unawares', () => {
  test('does not park a message that the next holder has handled', async () => {
    const { hooks, balanceOf, start, eventually, pass, enter } = ledger
    hooks.booking = () => {
      calls += 1
      if (calls === 1) throw new Error('only here')
    }
    const { slow, parking } = await stopBeforeParking()
    const other = start({ name: 'other' })
    await eventually(async () => {
      await pass(500)
      return balanceOf('a')
    }).toEqual([1])
    parking.open()
    await slow.stop()
    expect(await failureRows()).toBe(0)
    await enter('a', 2)
    await eventually(() => balanceOf('a')).toEqual([1, 2])
    expect(other.failures).toEqual([])
    expect(calls).toBe(3)
  })

  test('does not park a message that the next holder is handling, who is not disturbed', async () => {
    const { hooks, balanceOf, start, eventually, pass } = ledger
    const handling = gate()
    hooks.booking = async () => {
      calls += 1
      if (calls === 1) throw new Error('only here')
      await handling.passed
    }
    const { slow, parking } = await stopBeforeParking()
    const other = start({ name: 'other' })
    await eventually(async () => {
      await pass(500)
      return calls
    }).toBe(2)
    parking.open()
    await slow.stop()
    expect(await failureRows()).toBe(0)
    handling.open()
    await eventually(() => balanceOf('a')).toEqual([1])
    expect(other.failures).toEqual([])
    expect(calls).toBe(2)
  })

  test('gives up no message that the next holder is handling', async () => {
    const { domain, hooks, bookings, balanceOf, start, eventually, pass } = ledger
    const handling = gate()
    bookings.onError(async () => 'dead-letter')
    hooks.booking = async () => {
      calls += 1
      if (calls === 1) throw new Error('only here')
      await handling.passed
    }
    const { slow, parking } = await stopBeforeParking()
    const other = start({ name: 'other' })
    await eventually(async () => {
      await pass(500)
      return calls
    }).toBe(2)
    parking.open()
    await slow.stop()
    handling.open()
    await eventually(() => balanceOf('a')).toEqual([1])
    expect(await deadLetters(domain).count()).toBe(0)
    expect(other.failures).toEqual([])
  })

  test('counts no attempt, which is the next holder’s to make', async () => {
    const { domain, hooks, clock, enter, balanceOf, start, eventually, pass, work } = ledger
    hooks.booking = () => {
      calls += 1
      if (calls === 1) throw new Error('the first time fails')
    }
    await domain.init()
    await enter('a', 1)
    await work()
    const [stale, next] = [gate(), gate()]
    const reached = holdFailures([stale, next])
    clock.advance(1000)
    const slow = start({ name: 'slow' })
    await eventually(reached).toBe(1)
    await seizeLease(domain, 'Bookings')
    const other = start({ name: 'other' })
    await eventually(async () => {
      await pass(500)
      return reached()
    }).toBe(2)
    stale.open()
    await slow.stop()
    expect((await deadLetters(domain).list({ state: 'waiting' })).map(({ attempts }) => attempts)).toEqual([1])
    next.open()
    await eventually(() => balanceOf('a')).toEqual([1])
    expect(other.failures).toEqual([])
    expect(calls).toBe(2)
    await eventually(failureRows).toBe(0)
  })
})

test('many streams that fail at once are all written down under one lease, also while others signal', async () => {
  const { domain, hooks, enter, start, eventually, pass, balanceOf } = ledger
  domain.config.server.subscriptions = { Bookings: { circuitBreakerThreshold: 100 } }
  const accounts = Array.from({ length: 12 }, (_, index) => `a${index}`)
  hooks.booking = () => {
    calls += 1
    if (calls <= accounts.length) throw new Error('not now')
  }
  await domain.init()
  for (const account of accounts) await enter(account, 1)
  const engine = start()
  await eventually(() => engine.failures.length).toBe(accounts.length)
  const letters = deadLetters(domain)
  await eventually(() => letters.count({ state: 'waiting' })).toBe(accounts.length)
  expect(engine.failures.every(({ attempt }) => attempt === 1)).toBe(true)
  for (const { id } of await letters.list({ state: 'waiting' })) await letters.replay(id)
  await eventually(async () => {
    await pass(1000)
    return (await Promise.all(accounts.map(balanceOf))).flat()
  }).toEqual(accounts.map(() => 1))
  await eventually(failureRows).toBe(0)
})
