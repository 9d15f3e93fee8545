import { ExpectedVersionError, NotSupportedError, ObjectNotFoundError } from 'proteanjs'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Bank } from '../support/bank.ts'
import { makeBank } from '../support/bank.ts'

let bank: Bank

beforeEach(async () => {
  bank = makeBank()
  await bank.domain.init()
})

const accounts = () => bank.domain.repositoryFor(bank.Account)
const withCode = (code: string) => expect.objectContaining({ code })
const streamOf = (id: string) => bank.domain.eventStore.readStream(`bank::account-${id}`, { limit: 100_000 })

/** An account that is stored with these movements. */
async function stored(amounts: readonly number[] = [], id = 'a1') {
  const account = bank.Account.open('Ann', 10, id)
  account.move(amounts)
  await accounts().add(account)
  return account
}

describe('an event-sourced aggregate', () => {
  test('is stored as its events, in a stream of its own', async () => {
    await stored([5, -3])
    const messages = await streamOf('a1')
    expect(messages.map(({ type }) => type)).toEqual(['Bank.AccountOpened.v1', 'Bank.Deposited.v1', 'Bank.Withdrawn.v1'])
    expect(messages.map(({ stored: at }) => at?.position)).toEqual([0, 1, 2])
  })

  test('is what its events say when it is read, children included', async () => {
    const account = await stored([5, -3])
    account.raise(new bank.SignatoryAdded({ email: 'b@x' }))
    account.raise(new bank.SignatoryAdded({ email: 'c@x' }))
    account.raise(new bank.SignatoryRemoved({ email: 'b@x' }))
    await accounts().add(account)
    const found = await accounts().get('a1')
    expect(found).toBeInstanceOf(bank.Account)
    expect(found.toObject()).toEqual(account.toObject())
    expect(found._version).toBe(5)
    expect(found._events).toEqual([])
  })

  test('goes on where it was read', async () => {
    await stored([5])
    const account = await accounts().get('a1')
    account.withdraw(1)
    expect(await accounts().add(account)).toBe(account)
    expect(account._version).toBe(2)
    expect(account._events).toEqual([])
    expect((await accounts().get('a1')).balance).toBe(14)
  })

  test('has no table', async () => {
    const provider = bank.domain.providers.get('default')!
    const created = vi.spyOn(provider.database, 'createArtifacts')
    await provider.createDatabaseArtifacts()
    const names = created.mock.calls[0]?.[0].map(({ table }) => table.name)
    expect(names).toContain('protean_snapshot')
    expect(names?.filter((name) => !name.startsWith('protean_'))).toEqual([])
  })

  test('is added without effect when nothing happened to it', async () => {
    await stored()
    const account = await accounts().get('a1')
    expect(await accounts().add(account)).toBe(account)
    expect(await streamOf('a1')).toHaveLength(1)
  })

  test('is refused when it is new and nothing ever happened to it', async () => {
    await expect(accounts().add(new bank.Account({ accountId: 'a1' }))).rejects.toEqual(withCode('NOTHING_RAISED'))
  })
})

describe('a stale save', () => {
  test('fails, and stores nothing', async () => {
    await stored()
    const [first, second] = await Promise.all([accounts().get('a1'), accounts().get('a1')])
    first.deposit(1)
    second.deposit(2)
    await accounts().add(first)
    await expect(accounts().add(second)).rejects.toBeInstanceOf(ExpectedVersionError)
    expect(second._events).toHaveLength(1)
    expect(second._version).toBe(1)
    expect((await accounts().get('a1')).balance).toBe(11)
  })

  test('fails after one instance was saved several times', async () => {
    const account = await stored()
    const stale = await accounts().get('a1')
    for (const amount of [1, 2, 3]) {
      account.deposit(amount)
      await accounts().add(account)
    }
    stale.deposit(100)
    await expect(accounts().add(stale)).rejects.toMatchObject({ code: 'EXPECTED_VERSION', expected: 0, actual: 3 })
    const messages = await streamOf('a1')
    expect(messages.map(({ stored: at }) => at?.position)).toEqual([0, 1, 2, 3])
    expect(new Set(messages.map(({ id }) => id)).size).toBe(4)
  })

  test('fails for the second of two that are new with one identity', async () => {
    const [first, second] = [bank.Account.open('Ann', 1, 'a1'), bank.Account.open('Bob', 2, 'a1')]
    await accounts().add(first)
    await expect(accounts().add(second)).rejects.toBeInstanceOf(ExpectedVersionError)
    expect((await accounts().get('a1')).holder).toBe('Ann')
  })

  test('makes its handler run again: no deposit of several at once is lost', async () => {
    await stored()
    await Promise.all(Array.from({ length: 4 }, () => bank.domain.process(new bank.Deposit({ accountId: 'a1', amount: 1 }))))
    expect((await accounts().get('a1')).balance).toBe(14)
  })
})

describe('a unit of work', () => {
  test('has one instance of an aggregate, and appends its events with everything else', async () => {
    await stored()
    await bank.domain.unitOfWork(async () => {
      const account = await accounts().get('a1')
      account.deposit(1)
      await accounts().add(account)
      expect(await accounts().get('a1')).toBe(account)
      const [one, other] = await Promise.all([accounts().find('a1'), accounts().find('a1')])
      expect(one).toBe(other)
      account.deposit(2)
    })
    expect((await accounts().get('a1')).balance).toBe(13)
    expect(await streamOf('a1')).toHaveLength(3)
  })

  test('that fails stores no event, and leaves the aggregate to be saved again', async () => {
    const account = await stored()
    account.deposit(1)
    const failing = bank.domain.unitOfWork(async () => {
      await accounts().add(account)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await streamOf('a1')).toHaveLength(1)
    await accounts().add(account)
    expect((await accounts().get('a1')).balance).toBe(11)
  })

  test('appends to several aggregates, or to none', async () => {
    await stored([], 'a1')
    await stored([], 'a2')
    const stale = await accounts().get('a2')
    const other = await accounts().get('a2')
    other.deposit(1)
    await accounts().add(other)
    const both = bank.domain.unitOfWork(async () => {
      const account = await accounts().get('a1')
      account.deposit(1)
      stale.deposit(1)
      await accounts().add(account)
      await accounts().add(stale)
    })
    await expect(both).rejects.toBeInstanceOf(ExpectedVersionError)
    expect(await streamOf('a1')).toHaveLength(1)
  })
})

describe('an aggregate that is not there', () => {
  test('is not found, whatever way it is asked for', async () => {
    await expect(accounts().get('a9')).rejects.toBeInstanceOf(ObjectNotFoundError)
    expect(await accounts().find('a9')).toBeUndefined()
    expect(await accounts().find('')).toBeUndefined()
    await expect(accounts().get('a9', { atVersion: 0 })).rejects.toBeInstanceOf(ObjectNotFoundError)
    expect(await accounts().exists({ accountId: 'a9' })).toBe(false)
  })
})

describe('what needs a table', () => {
  test('is refused, and told what to do instead', async () => {
    const account = await stored()
    expect(await accounts().exists({ accountId: 'a1' })).toBe(true)
    const projection = expect.objectContaining({ message: expect.stringContaining('projection') })
    expect(() => accounts().query).toThrow(NotSupportedError)
    for (const refused of [
      accounts().findBy(),
      accounts().count(),
      accounts().exists({ holder: 'Ann' }),
      accounts().exists({ accountId: 'a1', holder: 'Ann' }),
    ])
      await expect(refused).rejects.toEqual(projection)
    await expect(accounts().remove(account)).rejects.toBeInstanceOf(NotSupportedError)
  })
})

describe('a custom repository', () => {
  test('is the repository of its aggregate', async () => {
    class Accounts extends bank.domain.repository(bank.Account) {
      async balanceOf(id: string) {
        return (await this.get(id)).balance
      }
    }
    await stored([5])
    expect(await bank.domain.repositoryFor(Accounts).balanceOf('a1')).toBe(15)
    expect(accounts()).toBeInstanceOf(Accounts)
  })
})
