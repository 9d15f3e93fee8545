import { DomainFixture, given } from 'proteanjs/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { makeGrownBank } from '../support/grown-bank.ts'
import { storedSnapshots, tamperWithSnapshots } from './stored-snapshots.ts'

let bank: ReturnType<typeof makeGrownBank>

const snapshots = async () => (await storedSnapshots(bank.domain, 'bank::account-a1')).map(({ version }) => version)

beforeEach(async () => {
  bank = makeGrownBank()
  await bank.domain.init()
})

describe('an event of an older version is read as the present one', () => {
  test('by the load of an event-sourced aggregate, whatever version or moment is asked for', async () => {
    const { accounts, open, depositLongAgo } = bank
    await open('a1', 50)
    await depositLongAgo('a1', 3)
    expect(await accounts().get('a1')).toMatchObject({ cents: 350, currencies: ['CHF', 'EUR'], _version: 2 })
    expect(await accounts().get('a1', { atVersion: 2 })).toMatchObject({ cents: 350 })
    expect(await accounts().get('a1', { asOf: new Date('2999-01-01') })).toMatchObject({ cents: 350 })
  })

  test('by a command, whose own events follow it in the stream', async () => {
    const { domain, accounts, open, depositLongAgo, Deposit } = bank
    await open('a1')
    await depositLongAgo('a1', 3)
    await domain.process(new Deposit({ account: 'a1', cents: 5 }))
    const stream = await domain.eventStore.readStream('bank::account-a1', { limit: 10 })
    expect(stream.map(({ type }) => type)).toEqual(['Bank.Opened.v1', 'Bank.Deposited.v1', 'Bank.Deposited.v2'])
    expect(await accounts().get('a1')).toMatchObject({ cents: 305, currencies: ['EUR', 'CHF'] })
  })

  test('W19: behind a snapshot of the present shape, which is where the load begins', async () => {
    const { domain, accounts, open, depositLongAgo } = bank
    await open('a1', 1, 1, 1, 1, 1)
    await expect.poll(snapshots).toEqual([5])
    await depositLongAgo('a1', 3)
    expect(await accounts().get('a1')).toMatchObject({ cents: 305, _version: 6 })
    await tamperWithSnapshots(domain, { state: { account: 'a1', cents: 7000, currencies: [] } })
    expect(await accounts().get('a1')).toMatchObject({ cents: 7300, currencies: ['EUR'], _version: 6 })
  })

  test('W19: where a snapshot of an older shape is discarded, and the next one has what it became', async () => {
    const { domain, accounts, open, depositLongAgo, Account, Deposit } = bank
    await open('a1', 1, 1, 1)
    await depositLongAgo('a1', 3)
    await domain.createSnapshots(Account, 'a1')
    expect(await snapshots()).toEqual([4])
    await tamperWithSnapshots(domain, { shape: 'in euros', state: { account: 'a1', cents: 3, currencies: [] } })
    expect(await accounts().get('a1')).toMatchObject({ cents: 303, _version: 4 })
    await domain.process(new Deposit({ account: 'a1', cents: 5 }))
    await expect.poll(snapshots).toEqual([4, 5])
    expect((await storedSnapshots(domain, 'bank::account-a1'))[1]?.state).toMatchObject({ cents: 308 })
  })

  test('by a handler that gets it at once, through receive()', async () => {
    const { domain, depositLongAgo, open, Account, Deposited } = bank
    const seen: unknown[] = []
    domain.eventHandler('Seen', { partOf: Account }).handle(Deposited, async (event, message) => {
      seen.push(event instanceof Deposited, event.toObject(), message.type)
    })
    await domain.init()
    await open('a1')
    await domain.receive(await depositLongAgo('a1', 3))
    expect(seen).toEqual([true, { account: 'a1', cents: 300, currency: 'EUR' }, 'Bank.Deposited.v1'])
  })

  test('by the commands of given(Account, …), wherever in the history it is', async () => {
    const { domain, depositLongAgo, Opened, Deposited, Account, Deposit } = bank
    const fixture = new DomainFixture(domain)
    await fixture.setup()
    await fixture.enter()
    const deposit = new Deposit({ account: 'a1', cents: 5 })
    const opened = new Opened({ account: 'a1' })
    const account = await given(Account, opened, new Deposited({ account: 'a1', cents: 50, currency: 'CHF' })).process(deposit)
    await depositLongAgo('a1', 3)
    await account.after(new Deposited({ account: 'a1', cents: 1, currency: 'USD' })).process(deposit)
    expect(account.accepted).toBe(true)
    expect(account.aggregate).toMatchObject({ cents: 361, currencies: ['CHF', 'CHF', 'EUR', 'USD', 'CHF'] })
    await fixture.exit()
    await fixture.teardown()
  })
})
