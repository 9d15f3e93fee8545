import { field } from 'proteanjs'
import { DomainFixture, given } from 'proteanjs/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Bank } from '../support/bank.ts'
import { makeBank } from '../support/bank.ts'

let bank: Bank
let fixture: DomainFixture

beforeEach(async () => {
  bank = makeBank()
  fixture = new DomainFixture(bank.domain)
  await fixture.setup()
  await fixture.enter()
})
afterEach(async () => {
  await fixture.exit()
  await fixture.teardown()
})

const opened = (accountId = 'a1', deposit = 500) => new bank.AccountOpened({ accountId, holder: 'Ann', deposit })
const deposited = (amount: number) => new bank.Deposited({ amount })
const deposit = (amount: number, accountId = 'a1') => new bank.Deposit({ accountId, amount })
const withdraw = (amount: number, accountId = 'a1') => new bank.Withdraw({ accountId, amount })
const withCode = (code: string) => expect.objectContaining({ code })

describe('given the events of an event-sourced aggregate, a command', () => {
  test('that is accepted gives its events, what it returned, and the aggregate as its events say it is', async () => {
    const account = await given(bank.Account, opened(), deposited(500)).process(withdraw(300))
    expect(account.accepted).toBe(true)
    expect(account.rejected).toBe(false)
    expect(account.events.types).toEqual([bank.Withdrawn])
    expect(account.events.get(bank.Withdrawn).amount).toBe(300)
    expect(account.result).toBe(700)
    expect(account.balance).toBe(700)
    expect(account.holder).toBe('Ann')
    expect(account.aggregate?._version).toBe(2)
  })

  test('that is rejected changes nothing, and says why', async () => {
    const account = await given(bank.Account, opened()).process(withdraw(5000))
    expect(account.rejected).toBe(true)
    expect(account.rejectionMessages).toEqual(['an account is never overdrawn'])
    expect(account.events).toHaveLength(0)
    expect(account.balance).toBe(500)
  })

  test('without history makes the aggregate', async () => {
    const account = await given(bank.Account).process(new bank.OpenAccount({ holder: 'Ann', deposit: 5 }))
    expect(account.events.types).toEqual([bank.AccountOpened])
    expect(account.balance).toBe(5)
  })

  test('follows another, and more history between them', async () => {
    const account = await given(bank.Account, opened()).after(deposited(500)).process(deposit(200))
    await account.after(deposited(1)).process(withdraw(5000))
    expect(account.rejected).toBe(true)
    expect(account.balance).toBe(1201)
    await account.process(withdraw(1201))
    expect(account.accepted).toBe(true)
    expect(account.balance).toBe(0)
    expect(account.events.types).toEqual([bank.Withdrawn])
    expect(account.allEvents.types).toEqual([bank.Deposited, bank.Withdrawn])
  })

  test('that meets a mistake is no rejection: the mistake is thrown', async () => {
    const { domain, Account } = bank
    class Broken extends domain.command('Broken', {}, { partOf: Account }) {}
    domain.commandHandler('BrokenCommands', { partOf: Account }).handle(Broken, async () => {
      const account = await domain.repositoryFor(Account).get('a1')
      account.balance = 7
    })
    await domain.init()
    await expect(given(Account, opened()).process(new Broken({}))).rejects.toEqual(withCode('CHANGE_WITHOUT_EVENT'))
  })
})

describe('the events given', () => {
  test('are stored in their streams, one after the other, with ids of their own', async () => {
    await given(bank.Account, opened('a1'), deposited(1), opened('a2', 7), deposited(2)).process(deposit(1, 'a2'))
    const streams = await Promise.all(['a1', 'a2'].map((id) => bank.domain.eventStore.readStream(`bank::account-${id}`, { limit: 10 })))
    expect(streams.map((messages) => messages.map(({ metadata }) => metadata.domain.sequenceId))).toEqual([
      ['0', '1'],
      ['0', '1', '2'],
    ])
    expect(new Set(streams.flat().map(({ id }) => id)).size).toBe(5)
  })

  test('are handled, so that what they lead to is there', async () => {
    const { domain, Account, AccountOpened } = bank
    const seen: string[] = []
    domain.eventHandler('Welcome', { partOf: Account }).handle(AccountOpened, async (event) => {
      seen.push(event.accountId)
    })
    await domain.init()
    await given(Account, opened('a1')).process(deposit(1))
    expect(seen).toEqual(['a1'])
  })

  test('may be those of an aggregate that was made in the test', async () => {
    const account = bank.Account.open('Ann', 5, 'a1')
    account.deposit(5)
    expect((await given(bank.Account, account).process(withdraw(1))).balance).toBe(9)
  })

  test('begin with one that tells the identity', async () => {
    const { domain } = bank
    class Renamed extends domain.event('Renamed', { name: field.string() }, { partOf: 'Member' }) {}
    class Member extends domain.aggregate('Member', { number: field.identifier({ identifier: true }) }, { eventSourced: true }) {
      static {
        this.applies(Renamed, () => undefined)
      }
    }
    class Rename extends domain.command('Rename', { number: field.identifier({ required: true }) }, { partOf: 'Member' }) {}
    domain.commandHandler('MemberCommands', { partOf: Member }).handle(Rename, async () => undefined)
    await domain.init()
    await expect(given(Member, new Renamed({ name: 'x' })).process(new Rename({ number: 'm1' }))).rejects.toEqual(
      withCode('GIVEN_STATE_MISSING'),
    )
  })
})
