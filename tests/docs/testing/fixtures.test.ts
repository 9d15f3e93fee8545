/** Fixtures that suites of a domain share, in the shop of the examples. */
import { useDomain } from 'proteanjs/vitest'
import { beforeEach, describe, expect, test } from 'vitest'
import { domain, Inventory, Order } from '../../../examples/ecommerce/domain.ts'

useDomain(domain)

describe('repositories', () => {
  // #region repository
  const it = test
    .extend('orders', () => domain.repositoryFor(Order))
    .extend('stock', async () => {
      const inventory = new Inventory({ productId: 'prod-1', available: 3 })
      await domain.repositoryFor(Inventory).add(inventory)
      return inventory
    })

  it('an order is stored', async ({ orders }) => {
    await orders.add(new Order({ customerId: 'alice', productId: 'prod-1' }))
    expect(await orders.query.count()).toBe(1)
  })

  it('stock is reserved', async ({ stock }) => {
    stock.reserve('ord-1')
    expect(stock.available).toBe(2)
  })
  // #endregion repository

  it('what a fixture stored is gone with its test', async () => {
    expect(await domain.repositoryFor(Inventory).query.count()).toBe(0)
  })
})

describe('state of a module', () => {
  const counter = { calls: 0 }
  // #region global-state
  beforeEach(() => {
    counter.calls = 0
  })
  // #endregion global-state

  test.each([1, 2])('is put back before each test (%i)', () => {
    counter.calls += 1
    expect(counter.calls).toBe(1)
  })
})
