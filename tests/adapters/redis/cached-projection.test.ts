import { field } from 'proteanjs'
import { afterEach, expect, test } from 'vitest'
import { describeRedis } from '../../support/redis.ts'
import type { Shop } from '../../support/shop.ts'
import { makeShop } from '../../support/shop.ts'

describeRedis('a projection in a Redis cache', (server) => {
  const shops: Shop[] = []

  afterEach(async () => {
    for (const { domain } of shops.splice(0)) await domain.close()
  })

  /** A process of its own, which counts what is placed. */
  async function start(keyPrefix: string) {
    const shop = makeShop()
    shops.push(shop)
    const { domain, OrderPlaced } = shop
    domain.config.caches.default = { provider: 'redis', uri: server.uri, keyPrefix, ttl: 60 }
    domain.config.brokers.default = { provider: 'redis', uri: server.uri, keyPrefix }
    class Demand extends domain.projection(
      'Demand',
      { sku: field.identifier({ identifier: true }), pieces: field.integer({ default: 0 }) },
      { cache: 'default' },
    ) {}
    domain.projector('DemandProjector', { projectorFor: Demand, aggregates: [shop.Order] }).on(OrderPlaced, async ({ sku, quantity }) => {
      const demands = domain.repositoryFor(Demand)
      const demand = (await demands.find(sku)) ?? new Demand({ sku })
      demand.pieces = (demand.pieces ?? 0) + quantity
      await demands.add(demand)
    })
    await domain.init()
    return { ...shop, Demand }
  }

  test('is kept up to date, expires, and is seen by other processes', async () => {
    const keyPrefix = server.prefix()
    const one = await start(keyPrefix)
    const other = await start(keyPrefix)
    for (const quantity of [2, 3]) await one.domain.process(new one.PlaceOrder({ customerId: 'c', sku: 'tea', quantity }))
    await other.domain.process(new other.PlaceOrder({ customerId: 'c', sku: 'cup', quantity: 1 }))
    for (const { domain, Demand } of [one, other]) {
      expect(await domain.viewFor(Demand).get('tea')).toMatchObject({ sku: 'tea', pieces: 5 })
      expect(await domain.viewFor(Demand).count()).toBe(2)
      await expect(domain.viewFor(Demand).get('jam')).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' })
    }
    const left = Number(await server.admin('PTTL', `${keyPrefix}:cache:default:demand:::tea`))
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(60_000)
  })

  test('a cache that cannot be reached is found at init', async () => {
    const shop = makeShop()
    shop.domain.config.caches.default = { provider: 'redis', uri: 'redis://:secret@127.0.0.1:1' }
    const error = await shop.domain.init().catch((failure: unknown) => failure)
    expect(error).toMatchObject({
      code: 'CONNECTION_FAILED',
      message: expect.stringContaining('cache "default" (redis) at redis://127.0.0.1:1'),
    })
    expect(String(error)).not.toContain('secret')
  })
})
