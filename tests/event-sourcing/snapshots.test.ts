import { DatabaseError, field, IncorrectUsageError, ObjectNotFoundError } from 'proteanjs'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { EVERYTHING } from '../../src/ports/criteria.ts'
import { SNAPSHOT_CLUSTER } from '../../src/unit-of-work/history/snapshot-table.ts'
import { turn } from '../../src/util/runtime/turn.ts'
import type { Bank } from '../support/bank.ts'
import { makeBank } from '../support/bank.ts'
import { databaseOf, storedSnapshots, tamperWithSnapshots } from './stored-snapshots.ts'

let bank: Bank

const accounts = () => bank.domain.repositoryFor(bank.Account)
const snapshots = (id = 'a1') => storedSnapshots(bank.domain, `bank::account-${id}`)
const versions = async (id = 'a1') => (await snapshots(id)).map(({ version }) => version)

/** Every read begins with what is stored, and a snapshot is due after five events. */
beforeEach(async () => {
  bank = makeBank({ config: { snapshotThreshold: 5, hotAggregates: 0 } })
  await bank.domain.init()
})

async function stored(deposits: number, id = 'a1') {
  const account = bank.Account.open('Ann', 10, id)
  account.raise(new bank.SignatoryAdded({ email: 'b@x' }))
  account.move(Array.from({ length: deposits }, () => 1))
  await accounts().add(account)
  return account
}

async function deposit(times: number, id = 'a1') {
  for (let time = 0; time < times; time += 1) await bank.domain.process(new bank.Deposit({ accountId: id, amount: 1 }))
}

describe('a snapshot', () => {
  test('is taken when enough events were saved since the last one', async () => {
    await stored(1)
    await deposit(1)
    await deposit(1)
    await expect.poll(() => versions()).toEqual([4])
    await deposit(4)
    await bank.domain.createSnapshots(bank.Account, 'a1')
    expect(await versions()).toEqual([4, 8])
  })

  test('is what reading begins with, children included', async () => {
    const account = await stored(3)
    await expect.poll(() => versions()).toEqual([4])
    await deposit(2)
    const expected = { ...account.toObject(), balance: 15 }
    expect((await accounts().get('a1')).toObject()).toEqual(expected)
    const [{ state } = { state: {} }] = await snapshots()
    await tamperWithSnapshots(bank.domain, { state: { ...state, holder: 'Bob' } as never })
    expect((await accounts().get('a1')).toObject()).toEqual({ ...expected, holder: 'Bob' })
    expect((await accounts().get('a1', { atVersion: 5 })).holder).toBe('Bob')
    expect((await accounts().get('a1', { asOf: new Date('2999-01-01') })).holder).toBe('Bob')
  })

  test('is no part of what was before it', async () => {
    await stored(3)
    await expect.poll(() => versions()).toEqual([4])
    await tamperWithSnapshots(bank.domain, { state: { accountId: 'a1' } })
    expect((await accounts().get('a1', { atVersion: 3 })).balance).toBe(12)
    await expect(accounts().get('a1', { asOf: new Date(0) })).rejects.toBeInstanceOf(ObjectNotFoundError)
  })

  test('W19: is never taken by a read', async () => {
    await stored(20)
    await expect.poll(() => versions()).toEqual([21])
    const database = databaseOf(bank.domain)
    await database.deleteWhere(SNAPSHOT_CLUSTER.table, EVERYTHING)
    const commits = vi.spyOn(database, 'commit')
    await accounts().get('a1')
    await accounts().get('a1', { atVersion: 15 })
    await bank.domain.close()
    expect(commits).not.toHaveBeenCalled()
  })

  test('W19: is kept with the one before it; older ones are deleted', async () => {
    await stored(3)
    for (const expected of [[4], [4, 9], [9, 14], [14, 19]]) {
      await expect.poll(() => versions()).toEqual(expected)
      await deposit(5)
    }
  })

  test('W19: is not waited for by the save that it follows', async () => {
    const database = databaseOf(bank.domain)
    const account = bank.Account.open('Ann', 0, 'a1')
    account.move([1, 1, 1, 1])
    let resolve: () => void = () => undefined
    const goOn = new Promise<void>((done) => {
      resolve = done
    })
    const commit = database.commit.bind(database)
    vi.spyOn(database, 'commit').mockImplementation(async (changes) => {
      if (changes.inserts.some(({ table }) => table.name === 'protean_snapshot')) await goOn
      return commit(changes)
    })
    await accounts().add(account)
    expect(await versions()).toEqual([])
    resolve()
    await bank.domain.providers.get('default')!.resetData()
    expect(await versions()).toEqual([])
  })

  test('never has what is raised but not saved; it is taken when that is saved', async () => {
    const account = await stored(5)
    account.deposit(1000)
    for (let turns = 0; turns < 5; turns += 1) await turn()
    expect(await versions()).toEqual([])
    await accounts().add(account)
    await expect.poll(() => versions()).toEqual([7])
  })

  test('is awaited when the domain is closed', async () => {
    const database = databaseOf(bank.domain)
    await stored(3)
    const commits = vi.spyOn(database, 'commit')
    await bank.domain.close()
    expect(commits.mock.calls.flatMap(([{ inserts }]) => inserts.map(({ table }) => table.name))).toEqual(['protean_snapshot'])
  })

  test('that cannot be stored is a warning, and the caller does not notice', async () => {
    const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const database = databaseOf(bank.domain)
    const commit = database.commit.bind(database)
    vi.spyOn(database, 'commit').mockImplementation((changes) =>
      changes.inserts.length > 0 ? Promise.reject(new DatabaseError('disk full')) : commit(changes),
    )
    await stored(5)
    await expect
      .poll(() => warning.mock.calls)
      .toEqual([[expect.stringContaining('disk full'), expect.objectContaining({ code: 'SNAPSHOT_FAILED' })]])
    expect((await accounts().get('a1')).balance).toBe(15)
  })
})

describe('a snapshot that is not to be believed', () => {
  test('W19: is ignored when it was taken with another shape of the aggregate, and the next is taken as soon as something is saved', async () => {
    await stored(5)
    await expect.poll(() => versions()).toEqual([6])
    await tamperWithSnapshots(bank.domain, { shape: 'former', state: { accountId: 'a1', balance: -1 } })
    expect((await accounts().get('a1')).balance).toBe(15)
    expect((await accounts().get('a1', { atVersion: 6 })).balance).toBe(15)
    await deposit(1)
    await expect.poll(() => versions()).toEqual([6, 7])
  })

  test('is ignored when it is ahead of its stream, or that is another one, and deleted by the next', async () => {
    await stored(20)
    await expect.poll(() => versions()).toEqual([21])
    await databaseOf(bank.domain).events!.resetData()
    const other = bank.Account.open('Bob', 1, 'a1')
    other.move(Array.from({ length: 5 }, () => 1))
    await accounts().add(other)
    expect(await accounts().get('a1')).toMatchObject({ holder: 'Bob', balance: 6 })
    await expect.poll(() => versions()).toEqual([5])
  })

  test('is ignored when it cannot be read', async () => {
    const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    await stored(5)
    await expect.poll(() => versions()).toEqual([6])
    await tamperWithSnapshots(bank.domain, { state: { accountId: 'a1', signatories: 7 } })
    expect((await accounts().get('a1')).balance).toBe(15)
    expect(warning).toHaveBeenCalledOnce()
  })
})

describe('snapshots on demand', () => {
  test('are taken of all aggregates of a kind, however few events they have, and once', async () => {
    await stored(0, 'a1')
    await stored(0, 'a-2')
    expect(await bank.domain.createSnapshots(bank.Account)).toBe(2)
    expect(await bank.domain.createSnapshots(bank.Account)).toBe(2)
    expect([await versions('a1'), await versions('a-2')]).toEqual([[1], [1]])
  })

  test('are refused for what is not there, or is not event-sourced', async () => {
    class Note extends bank.domain.aggregate('Note', { text: field.string() }) {}
    await expect(bank.domain.createSnapshots(bank.Account, 'a9')).rejects.toBeInstanceOf(ObjectNotFoundError)
    await expect(bank.domain.createSnapshots(Note as never)).rejects.toBeInstanceOf(IncorrectUsageError)
  })
})
