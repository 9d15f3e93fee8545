import type { DeadLetter } from 'proteanjs'
import { deadLetters } from 'proteanjs'
import { beforeEach, describe, expect, test } from 'vitest'
import { makeTimedLedger } from '../support/ledger.ts'

let ledger: ReturnType<typeof makeTimedLedger>
let isBroken: boolean
let others: string[]

beforeEach(async () => {
  ledger = makeTimedLedger()
  isBroken = true
  others = []
  const { domain, Balance, Entered, bookings } = ledger
  ledger.hooks.booking = () => {
    if (isBroken) throw new Error('the bank is closed')
  }
  bookings.onError(async () => 'dead-letter')
  domain.eventHandler('Others', { partOf: Balance }).handle(Entered, async ({ account }) => void others.push(account))
  await domain.init()
  await ledger.enter('a', 1)
  await ledger.enter('b', 2)
  await ledger.work()
})

async function letterOf(account: string): Promise<DeadLetter> {
  const found = (await deadLetters(ledger.domain).list()).find(({ message }) => message.data.account === account)
  if (found === undefined) throw new Error(`no dead letter of ${account}`)
  return found
}

describe('a dead letter', () => {
  test('is listed for the handler that failed, with why (R1.6)', async () => {
    const letters = await deadLetters(ledger.domain).list({ subscription: 'Bookings' })
    expect(letters.map(({ message }) => message.data.account)).toEqual(['a', 'b'])
    expect(await deadLetters(ledger.domain).list({ subscription: 'Others' })).toEqual([])
    expect(await deadLetters(ledger.domain).inspect(letters[0]?.id as string)).toMatchObject({
      state: 'dead',
      reason: 'Error: the bank is closed',
      lastFailedAt: ledger.clock.now(),
    })
    expect(await deadLetters(ledger.domain).list({ limit: 1 })).toHaveLength(1)
  })

  test('is replayed to the handler that failed and to no other (R1.5)', async () => {
    isBroken = false
    await deadLetters(ledger.domain).replay((await letterOf('a')).id)
    expect(await deadLetters(ledger.domain).list({ state: 'replaying' })).toHaveLength(1)
    await ledger.work()
    expect(await ledger.balanceOf('a')).toEqual([1])
    expect(await ledger.balanceOf('b')).toEqual([])
    expect(others).toEqual(['a', 'b'])
    expect(await deadLetters(ledger.domain).count()).toBe(1)
  })

  test('is one again when it fails again', async () => {
    const { id } = await letterOf('a')
    await deadLetters(ledger.domain).replay(id)
    const engine = await ledger.work()
    expect(engine.failures).toMatchObject([{ handler: 'Bookings', attempt: 2 }])
    expect(await deadLetters(ledger.domain).inspect(id)).toMatchObject({ state: 'dead', attempts: 2 })
  })

  test('can be replayed with all others, once each', async () => {
    isBroken = false
    expect(await deadLetters(ledger.domain).replayAll({ subscription: 'Bookings' })).toBe(2)
    await ledger.work()
    await ledger.work()
    expect(await ledger.balanceOf('a')).toEqual([1])
    expect(await ledger.balanceOf('b')).toEqual([2])
  })

  test('is forgotten when it is skipped or purged', async () => {
    await deadLetters(ledger.domain).skip((await letterOf('a')).id)
    expect(await deadLetters(ledger.domain).count()).toBe(1)
    expect(await deadLetters(ledger.domain).purge({ before: ledger.clock.now() })).toBe(0)
    expect(await deadLetters(ledger.domain).purge({ subscription: 'Others' })).toBe(0)
    expect(await deadLetters(ledger.domain).purge()).toBe(1)
    await expect(deadLetters(ledger.domain).inspect('gone')).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' })
  })
})

describe('a stream that waits (R1.19)', () => {
  beforeEach(async () => {
    ledger.bookings.onError(async () => undefined)
    await ledger.enter('c', 3)
    await ledger.enter('c', 4)
    await ledger.work()
  })

  async function waiting(): Promise<DeadLetter> {
    const [letter] = await deadLetters(ledger.domain).list({ state: 'waiting' })
    return letter as DeadLetter
  }

  test('is seen, with when it is tried again', async () => {
    expect(await waiting()).toMatchObject({ state: 'waiting', attempts: 1, dueAt: new Date(ledger.clock.now().getTime() + 1000) })
  })

  test('goes on without its message when that is skipped', async () => {
    isBroken = false
    await deadLetters(ledger.domain).skip((await waiting()).id)
    await ledger.work()
    expect(await ledger.balanceOf('c')).toEqual([4])
  })

  test('is tried again at once when that is asked for', async () => {
    isBroken = false
    await deadLetters(ledger.domain).replay((await waiting()).id)
    await ledger.work()
    expect(await ledger.balanceOf('c')).toEqual([3, 4])
  })
})
