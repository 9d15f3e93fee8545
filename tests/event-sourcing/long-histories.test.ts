import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Bank } from '../support/bank.ts'
import { makeBank } from '../support/bank.ts'
import { databaseOf } from './stored-snapshots.ts'

const EVENTS = 25_000

let bank: Bank

const accounts = () => bank.domain.repositoryFor(bank.Account)

beforeEach(async () => {
  bank = makeBank({ config: { snapshotThreshold: 100_000, hotAggregates: 0 } })
  await bank.domain.init()
})

/** So many deposits of one, saved in batches. */
async function withHistory(events: number) {
  const account = bank.Account.open('Ann', 0, 'a1')
  while (account._version < events - 1) {
    account.move(Array.from({ length: Math.min(1000, events - 1 - account._version) }, () => 1))
    await accounts().add(account)
  }
}

describe('a history of any length', () => {
  test('W12: is read to its end, and goes on from there', { timeout: 60_000 }, async () => {
    await withHistory(EVENTS)
    expect(await accounts().get('a1')).toMatchObject({ _version: EVENTS - 1, balance: EVENTS - 1 })
    expect(await accounts().get('a1', { atVersion: 12_345 })).toMatchObject({ _version: 12_345, balance: 12_345 })
    expect(await accounts().get('a1', { asOf: new Date('2999-01-01') })).toMatchObject({ _version: EVENTS - 1 })
    const account = await accounts().get('a1')
    account.deposit(1)
    await accounts().add(account)
    expect(await bank.domain.createSnapshots(bank.Account)).toBe(1)
    expect(await accounts().get('a1')).toMatchObject({ _version: EVENTS, balance: EVENTS })
  })

  test.each([49, 50, 51, 1049, 1050, 1051, 2050])(
    'W12: is read to its end when it has %i events, and no page is asked for in vain',
    async (events) => {
      await withHistory(events)
      const reads = vi.spyOn(databaseOf(bank.domain).events!, 'readStream')
      expect((await accounts().get('a1'))._version).toBe(events - 1)
      expect(reads.mock.calls.length).toBeLessThanOrEqual(2 + Math.floor((events - 50) / 1000) + (events === 49 ? 0 : 1))
    },
  )

  test('is not read at all where one event is missing', async () => {
    await withHistory(10)
    const events = databaseOf(bank.domain).events!
    const read = events.readStream.bind(events)
    vi.spyOn(events, 'readStream').mockImplementation(async (stream, range) =>
      (await read(stream, range)).filter((_, index) => index !== 3),
    )
    await expect(accounts().get('a1')).rejects.toMatchObject({ code: 'STREAM_GAP' })
  })
})
