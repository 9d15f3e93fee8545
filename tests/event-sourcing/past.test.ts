import { IncorrectUsageError, ObjectNotFoundError } from 'proteanjs'
import { ManualClock } from 'proteanjs/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Bank } from '../support/bank.ts'
import { makeBank } from '../support/bank.ts'

const NOON = Date.UTC(2026, 0, 1, 12)
const at = (minutes: number) => new Date(NOON + minutes * 60_000)

let clock: ManualClock
let bank: Bank

const accounts = () => bank.domain.repositoryFor(bank.Account)

/** Opened with 10 at noon, then one more in each of the following minutes. */
beforeEach(async () => {
  clock = new ManualClock(at(0))
  bank = makeBank({ clock, config: { snapshotThreshold: 5 } })
  await bank.domain.init()
  const account = bank.Account.open('Ann', 10, 'a1')
  await accounts().add(account)
  for (let minute = 1; minute <= 12; minute += 1) {
    clock.set(at(minute))
    account.deposit(1)
    await accounts().add(account)
  }
})

describe('an aggregate at a version', () => {
  test.each([0, 1, 4, 5, 6, 11, 12])('is what it was after event %i', async (atVersion) => {
    const account = await accounts().get('a1', { atVersion })
    expect(account).toMatchObject({ balance: 10 + atVersion, holder: 'Ann', _version: atVersion })
  })

  test('is not found when its stream is not that long, and the message says how long it is', async () => {
    const error = await accounts()
      .get('a1', { atVersion: 13 })
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ObjectNotFoundError)
    expect((error as Error).message).toContain('the latest is 12')
  })
})

describe('an aggregate as of a moment', () => {
  test.each([
    [0, 10],
    [0.5, 10],
    [1, 11],
    [7.9, 17],
    [12, 22],
    [999, 22],
  ])('is what it was %d minutes after noon', async (minutes, balance) => {
    expect((await accounts().get('a1', { asOf: at(minutes) })).balance).toBe(balance)
    expect((await accounts().get('a1', { asOf: at(minutes).toISOString() })).balance).toBe(balance)
  })

  test('is not found before its first event', async () => {
    await expect(accounts().get('a1', { asOf: at(-1) })).rejects.toBeInstanceOf(ObjectNotFoundError)
  })

  test('ends with the first event that is later, even where the clock went back after it', async () => {
    const account = await accounts().get('a1')
    for (const minutes of [30, 20, 40]) {
      clock.set(at(minutes))
      account.deposit(1)
      await accounts().add(account)
    }
    expect((await accounts().get('a1', { asOf: at(25) }))._version).toBe(12)
    await bank.domain.createSnapshots(bank.Account)
    expect((await accounts().get('a1', { asOf: at(25) }))._version).toBe(12)
    expect((await accounts().get('a1', { asOf: at(30) }))._version).toBe(14)
  })
})

describe('an aggregate of the past', () => {
  test('can only be looked at', async () => {
    const account = await accounts().get('a1', { atVersion: 3 })
    const readOnly = expect.objectContaining({ code: 'READ_ONLY' })
    expect(() => account.deposit(1)).toThrow(readOnly)
    expect(() => {
      account.holder = 'Bob'
    }).toThrow(readOnly)
    await expect(accounts().add(account)).rejects.toEqual(readOnly)
    expect(account.balance).toBe(13)
  })

  test('is another object than that of the unit of work, which stays what it is', async () => {
    await bank.domain.unitOfWork(async () => {
      const account = await accounts().get('a1')
      account.deposit(100)
      const past = await accounts().get('a1', { atVersion: 12 })
      expect(past.balance).toBe(22)
      expect(await accounts().get('a1')).toBe(account)
      expect(account.balance).toBe(122)
    })
  })

  test('is asked for in one way, that makes sense', async () => {
    for (const options of [
      { atVersion: 1, asOf: at(1) },
      { atVersion: -1 },
      { atVersion: 1.5 },
      { asOf: new Date(Number.NaN) },
      { asOf: 'noon' },
    ])
      await expect(accounts().get('a1', options)).rejects.toBeInstanceOf(IncorrectUsageError)
  })
})
