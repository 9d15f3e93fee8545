/** Schema and data by hand, on every adapter that a domain has. */
import { Domain, field } from 'proteanjs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

describe.each(['memory:', 'sqlite:///:memory:'])('a domain on %s', (databaseUri) => {
  const domain = new Domain('shop', { config: { databases: { default: { databaseUri } } } })
  class OrderPlaced extends domain.event('OrderPlaced', { orderId: field.identifier({ required: true }) }, { partOf: 'Order' }) {}
  class Order extends domain.aggregate('Order', { total: field.float({ default: 0 }) }) {
    place() {
      this.raise(new OrderPlaced({ orderId: this.id }))
    }
  }

  // #region schema
  beforeAll(async () => {
    await domain.init()
    for (const provider of domain.providers.values()) {
      await provider.dropDatabaseArtifacts()
      await provider.createDatabaseArtifacts()
    }
  })

  afterAll(async () => {
    for (const provider of domain.providers.values()) await provider.dropDatabaseArtifacts()
    await domain.close()
  })
  // #endregion schema

  // #region data
  afterEach(async () => {
    for (const provider of domain.providers.values()) await provider.resetData()
    for (const broker of domain.brokers.values()) await broker.resetData()
    for (const cache of domain.caches.values()) await cache.resetData()
    await domain.eventStore.resetData()
  })
  // #endregion data

  test('a test leaves a row, an event, a message and a cached value', async () => {
    await domain.run({}, async () => {
      const order = new Order({ total: 100 })
      order.place()
      await domain.repositoryFor(Order).add(order)
    })
    await domain.brokers.get('default')?.publish('orders', [{ placed: true }])
    await domain.caches.get('default')?.set('orders', 1)
    expect(await domain.repositoryFor(Order).query.count()).toBe(1)
    expect((await domain.eventStore.readAll({ limit: 10 })).messages).toHaveLength(1)
  })

  test('and the next one finds nothing of it', async () => {
    expect(await domain.repositoryFor(Order).query.count()).toBe(0)
    expect((await domain.eventStore.readAll({ limit: 10 })).messages).toEqual([])
    expect(await domain.brokers.get('default')?.length('orders')).toBe(0)
    expect(await domain.caches.get('default')?.get('orders')).toBeUndefined()
  })
})
