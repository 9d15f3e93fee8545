import { captureQueries, DomainFixture, expectQueryCount } from 'proteanjs/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Shop } from '../support/shop.ts'
import { makeShop } from '../support/shop.ts'

describe('queries of a domain are captured', () => {
  let shop: Shop
  let fixture: DomainFixture

  beforeEach(async () => {
    shop = makeShop()
    fixture = new DomainFixture(shop.domain)
    await fixture.setup()
  })

  afterEach(() => fixture.teardown())

  const stock = (...skus: readonly string[]) =>
    shop.domain.unitOfWork(async () => {
      for (const sku of skus) await shop.domain.repositoryFor(shop.Stock).add(new shop.Stock({ sku, left: 5 }))
    })

  test('with their text, the number of their values, the database and how long they took', async () => {
    await stock('pen', 'ink')
    const queries = await captureQueries(shop.domain, () => shop.domain.repositoryFor(shop.Stock).get('pen'))
    expect(queries).toEqual([
      {
        text: expect.stringMatching(/stock/),
        parameters: 1,
        database: 'default',
        durationMs: expect.any(Number),
        roundTrip: expect.any(Number),
      },
    ])
    expect(queries[0]!.durationMs).toBeGreaterThanOrEqual(0)
  })

  test('only while the body runs, also when it throws', async () => {
    const stocks = shop.domain.repositoryFor(shop.Stock)
    await stocks.find('pen')
    const queries = await captureQueries(shop.domain, async () => {
      await stocks.find('pen')
      await stocks.find('ink')
    })
    await stocks.find('pen')
    expect(queries.length).toBe(2)
    const heard: string[] = []
    for (const { statements } of shop.domain.providers.values()) {
      vi.spyOn(statements, 'listen').mockReturnValue(() => void heard.push('stopped'))
    }
    await expect(captureQueries(shop.domain, () => stocks.get('pen'))).rejects.toThrow('There is no Stock')
    expect(heard).toEqual(['stopped'])
  })

  test('without those that only begin or end a transaction', async () => {
    const queries = await captureQueries(shop.domain, () =>
      shop.domain.unitOfWork(async () => {
        await stock('pen')
        await shop.domain.repositoryFor(shop.Stock).query.count()
      }),
    )
    expect(queries.map(({ text }) => text).filter((text) => /^(BEGIN|COMMIT|ROLLBACK)/.test(text))).toEqual([])
    expect(queries.length).toBeGreaterThanOrEqual(2)
  })

  test('of nothing when nothing is asked', async () => {
    expect(await captureQueries(shop.domain, async () => undefined)).toEqual([])
  })

  test('and their number can be expected, in round trips or statements', async () => {
    await stock('pen')
    const { domain } = shop
    const stocks = domain.repositoryFor(shop.Stock)
    await expectQueryCount(domain, 0, async () => undefined)
    // #region counted
    await expectQueryCount(domain, 1, () => stocks.get('pen'))
    await expectQueryCount(domain, { roundTrips: 2, statements: 2 }, async () => {
      await stocks.get('pen')
      await stocks.exists({ left: 5 })
    })
    // #endregion counted
  })

  test('and another number than expected fails with the list of what was sent, without any values', async () => {
    const stocks = shop.domain.repositoryFor(shop.Stock)
    const failure: unknown = await expectQueryCount(shop.domain, 1, async () => {
      await stocks.find('a secret')
      await stocks.exists({ left: 5 })
    }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'ERR_ASSERTION', expected: 1, actual: 2 })
    expect((failure as Error).message).toMatch(
      /^1 round trip expected, but there were 2:\n {2}1\. .*stock.* \(1 parameter\)\n {2}2\. .*stock.* \(1 parameter\)$/,
    )
    expect((failure as Error).message).not.toContain('secret')
    await expect(expectQueryCount(shop.domain, { statements: 3 }, () => stocks.count())).rejects.toThrow(
      '3 statements expected, but there was 1:',
    )
    await expect(expectQueryCount(shop.domain, 1, async () => undefined)).rejects.toThrow('1 round trip expected, but there were 0: none')
  })

  test('only of a domain that is open', async () => {
    await fixture.teardown()
    await expect(captureQueries(shop.domain, async () => undefined)).rejects.toMatchObject({ code: 'DOMAIN_NOT_INITIALIZED' })
  })
})
