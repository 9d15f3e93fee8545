import { messageOf } from 'proteanjs'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Bank } from '../support/bank.ts'
import { makeBank } from '../support/bank.ts'
import { databaseOf } from './stored-snapshots.ts'

let bank: Bank

const accounts = () => bank.domain.repositoryFor(bank.Account)
const store = () => databaseOf(bank.domain).events!

async function begin(hotAggregates: number) {
  bank = makeBank({ config: { snapshotThreshold: 1000, hotAggregates } })
  await bank.domain.init()
}

beforeEach(() => begin(2))

async function stored(id: string, deposits = 9) {
  const account = bank.Account.open('Ann', 0, id)
  account.raise(new bank.SignatoryAdded({ email: 'b@x' }))
  account.move(Array.from({ length: deposits }, () => 1))
  await accounts().add(account)
  return account
}

/** How many stored events a read turns into objects and applies. */
async function applied(read: () => Promise<unknown>): Promise<number> {
  const counted = vi.spyOn(store(), 'readStream')
  await read()
  const pages = await Promise.all(counted.mock.results.map(({ value }) => value as Promise<readonly unknown[]>))
  counted.mockRestore()
  return pages.flat().length
}

describe('an aggregate that was saved or read a moment ago', () => {
  test('is read again from its last event on', async () => {
    await stored('a1')
    expect(await applied(() => accounts().get('a1'))).toBe(1)
  })

  test('is another object for everybody, children included', async () => {
    const saved = await stored('a1')
    const [one, other] = await Promise.all([accounts().get('a1'), accounts().get('a1')])
    expect(new Set([saved, one, other]).size).toBe(3)
    expect(new Set([saved, one, other].map(({ signatories }) => signatories[0])).size).toBe(3)
    one.deposit(100)
    expect([saved.balance, other.balance, (await accounts().get('a1')).balance]).toEqual([9, 9, 9])
    expect(other.toObject()).toEqual(saved.toObject())
  })

  test('shows what others have appended to its stream meanwhile', async () => {
    await stored('a1')
    const account = await accounts().get('a1')
    account.deposit(1)
    const messages = account._events.map((event) => messageOf(event)!)
    await store().append([{ stream: 'bank::account-a1', category: 'bank::account', messages }])
    expect(await accounts().get('a1')).toMatchObject({ balance: 10, _version: 11 })
  })

  test('is forgotten when its stream is another one', async () => {
    await stored('a1')
    await store().resetData()
    expect(await accounts().find('a1')).toBeUndefined()
    await stored('a1', 3)
    await store().resetData()
    const account = bank.Account.open('Bob', 0, 'a1')
    account.move(Array.from({ length: 10 }, () => 2))
    const messages = account._events.map((event) => messageOf(event)!)
    await store().append([{ stream: 'bank::account-a1', category: 'bank::account', messages }])
    expect(await accounts().get('a1')).toMatchObject({ holder: 'Bob', balance: 20 })
  })

  test('is not what a failed save has left of it', async () => {
    const saved = await stored('a1')
    const stale = await accounts().get('a1')
    saved.deposit(1)
    await accounts().add(saved)
    stale.deposit(50)
    await expect(accounts().add(stale)).rejects.toMatchObject({ code: 'EXPECTED_VERSION' })
    expect((await accounts().get('a1')).balance).toBe(10)
    saved.deposit(1000)
    expect((await accounts().get('a1')).balance).toBe(10)
  })

  test('is never seen with events that are being saved and may fail', async () => {
    const saved = await stored('a1')
    const database = databaseOf(bank.domain)
    const seen: unknown[] = []
    vi.spyOn(database, 'commit').mockImplementation(async () => {
      seen.push((await accounts().get('a1')).balance)
      throw new Error('no')
    })
    saved.deposit(1)
    await expect(accounts().add(saved)).rejects.toThrow()
    expect(seen).toEqual([9])
    expect((await accounts().get('a1')).balance).toBe(9)
  })

  test('makes room when there are more than are kept: the one that was not used for longest', async () => {
    await stored('a1')
    await stored('a2')
    await accounts().get('a1')
    await stored('a3')
    expect(await applied(() => accounts().get('a1'))).toBe(1)
    expect(await applied(() => accounts().get('a3'))).toBe(1)
    expect(await applied(() => accounts().get('a2'))).toBe(11)
  })

  test('is read from the start where none are kept', async () => {
    await begin(0)
    await stored('a1')
    expect(await applied(() => accounts().get('a1'))).toBe(11)
  })

  test('is forgotten when the domain is closed', async () => {
    await stored('a1')
    await bank.domain.init()
    expect(await accounts().find('a1')).toBeUndefined()
  })
})
