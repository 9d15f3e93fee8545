import { deadLetters } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/ports/database.ts'
import { FragileDatabase } from '../support/fragile-database.ts'
import { gate, makeRunningLedger } from './running-engines.ts'
import { seizeLease, workerRow } from './seized-lease.ts'

let ledger: ReturnType<typeof makeRunningLedger>

beforeEach(() => {
  ledger = makeRunningLedger()
})
afterEach(() => ledger.stopAll())

function database(): Database {
  return ledger.domain.providers.get('default')?.database as Database
}

const rowOf = (worker: string) => workerRow(ledger.domain, worker)
const seize = (worker: string) => seizeLease(ledger.domain, worker)

describe('engines that share a domain', () => {
  test('have one holder for each subscription, and every effect once (R1.12)', async () => {
    const { domain, booked, enter, start, eventually } = ledger
    await domain.init()
    start({ name: 'one' })
    start({ name: 'two' })
    for (let index = 0; index < 20; index += 1) await enter(`a${index % 3}`, index)
    await eventually(() => booked.length).toBe(20)
    expect(new Set(booked).size).toBe(20)
  })

  test('take over what one gives back when it stops', async () => {
    const { domain, enter, balanceOf, start, eventually, pass } = ledger
    await domain.init()
    const first = start({ name: 'one' })
    await enter('a', 1)
    await eventually(() => balanceOf('a')).toEqual([1])
    start({ name: 'two' })
    const owner = (await rowOf('Bookings'))?.owner
    await first.stop()
    await enter('a', 2)
    await eventually(async () => {
      await pass(1000)
      return balanceOf('a')
    }).toEqual([1, 2])
    expect((await rowOf('Bookings'))?.owner).not.toBe(owner)
    expect((await rowOf('Bookings'))?.token).toBe(2)
  })

  test('take over from one that died, once its lease is over (R1.3)', async () => {
    const { domain, hooks, clock, enter, balanceOf, start, eventually, work, pass } = ledger
    await domain.init()
    const process = new FragileDatabase(database())
    hooks.booking = () => process.dieAt(process.writes + 1, false)
    await enter('a', 1)
    await work().catch(() => undefined)
    expect(process.isDead).toBe(true)
    hooks.booking = () => undefined
    process.revive()
    start()
    await pass(10_000)
    expect(await balanceOf('a')).toEqual([])
    clock.advance(6000)
    await eventually(async () => {
      await pass(1000)
      return balanceOf('a')
    }).toEqual([1])
  })

  test('undo what one does that lost its lease unawares, where another did it already', async () => {
    const { domain, hooks, booked, enter, balanceOf, start, eventually, pass } = ledger
    const { passed, open } = gate()
    let calls = 0
    hooks.booking = async () => {
      calls += 1
      if (calls === 1) await passed
    }
    await domain.init()
    const slow = start({ name: 'slow' })
    await enter('a', 1)
    await eventually(() => calls).toBe(1)
    await seize('Bookings')
    start({ name: 'other' })
    await eventually(async () => {
      await pass(500)
      return balanceOf('a')
    }).toEqual([1])
    open()
    await eventually(() => booked.length).toBe(2)
    await slow.stop()
    expect(await balanceOf('a')).toEqual([1])
    expect(slow.failures).toEqual([])
  })

  test('keep no failure of one that lost its lease unawares, where another did it already', async () => {
    const { domain, hooks, enter, balanceOf, start, eventually, pass } = ledger
    const { passed, open } = gate()
    let calls = 0
    hooks.booking = async () => {
      calls += 1
      if (calls > 1) return
      await passed
      throw new Error('too late')
    }
    await domain.init()
    const slow = start({ name: 'slow' })
    await enter('a', 1)
    await eventually(() => calls).toBe(1)
    await seize('Bookings')
    start({ name: 'other' })
    await eventually(async () => {
      await pass(500)
      return balanceOf('a')
    }).toEqual([1])
    open()
    await slow.stop()
    expect(await deadLetters(domain).count({ state: 'waiting' })).toBe(0)
    expect(await balanceOf('a')).toEqual([1])
  })

  test('leave it at what one did that lost its lease unawares, though the other has failed meanwhile', async () => {
    const { domain, hooks, enter, balanceOf, start, eventually, pass } = ledger
    const { passed, open } = gate()
    let calls = 0
    hooks.booking = async () => {
      calls += 1
      if (calls === 2) throw new Error('not now')
      if (calls === 1) await passed
    }
    await domain.init()
    const slow = start({ name: 'slow' })
    await enter('a', 1)
    await eventually(() => calls).toBe(1)
    await seize('Bookings')
    const other = start({ name: 'other' })
    await eventually(async () => {
      await pass(100, 100)
      return other.failures.length
    }).toBe(1)
    open()
    await eventually(() => balanceOf('a')).toEqual([1])
    await slow.stop()
    await enter('a', 2)
    await eventually(async () => {
      await pass(1000)
      return (await deadLetters(domain).count({ state: 'waiting' })) === 0 && (await balanceOf('a')).includes(2)
    }).toBe(true)
    expect(await balanceOf('a')).toEqual([1, 2])
    expect(await deadLetters(domain).count()).toBe(0)
  })
})

test('a message that kills its process is noted before each attempt, and given up in the end (R1.2)', async () => {
  const { domain, hooks, clock, enter, balanceOf, work } = ledger
  await domain.init()
  const process = new FragileDatabase(database())
  let attempts = 0
  hooks.booking = ({ amount }) => {
    if (amount !== 1) return
    attempts += 1
    process.dieAt(process.writes + 1, false)
  }
  for (const amount of [1, 2]) await enter('a', amount)
  await enter('b', 3)
  for (let life = 0; life < 10; life += 1) {
    process.revive()
    await work().catch(() => undefined)
    clock.advance(60_000)
  }
  expect(attempts).toBeLessThanOrEqual(5)
  expect(await balanceOf('a')).toEqual([2])
  expect(await balanceOf('b')).toEqual([3])
})

test('a subscription that cannot begin is tried again, and reported (R1.21)', async () => {
  const { domain, enter, balanceOf, start, eventually, pass } = ledger
  await domain.init()
  const target = database()
  const select = target.select.bind(target)
  let failures = 3
  target.select = (selection) => {
    failures -= 1
    return failures >= 0 ? Promise.reject(new Error('not now')) : select(selection)
  }
  const engine = start()
  await enter('a', 1)
  await eventually(async () => {
    await pass(500)
    return balanceOf('a')
  }).toEqual([1])
  expect(engine.failures.length).toBeGreaterThanOrEqual(3)
  expect(engine.failures[0]).toMatchObject({ message: undefined, error: { message: 'not now' } })
})

test('reads that fail are tried again after pauses that grow, not at once (R2.24)', async () => {
  const { domain, start, eventually, pass } = ledger
  await domain.init()
  let reads = 0
  domain.eventStore.readCategory = () => {
    reads += 1
    return Promise.reject(new Error('down'))
  }
  const engine = start()
  await eventually(() => reads).toBeGreaterThan(0)
  await pass(60_000, 1000)
  const workers = (await engine.status().catch(() => [1, 2])).length
  expect(reads).toBeLessThanOrEqual(12 * workers)
  expect(engine.failures.length).toBeGreaterThan(0)
})
