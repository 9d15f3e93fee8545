import { afterEach, expect, test } from 'vitest'
import { describeRedis } from '../../support/redis.ts'
import { makeShop } from '../../support/shop.ts'

describeRedis('idempotency keys in Redis', (server) => {
  const shops: ReturnType<typeof makeShop>[] = []

  afterEach(async () => {
    for (const { domain } of shops.splice(0)) await domain.close()
  })

  /** A process of its own. Its database is in its memory, so that what is known to several of them is known from Redis. */
  async function start(keyPrefix: string) {
    const shop = makeShop()
    shops.push(shop)
    shop.domain.config.caches.keys = { provider: 'redis', uri: server.uri, keyPrefix }
    shop.domain.config.idempotency.cache = 'keys'
    await shop.domain.init()
    const { domain, PlaceOrder, Order } = shop
    return {
      domain,
      place: () => domain.process(new PlaceOrder({ customerId: 'c', sku: 'tea' }), { idempotencyKey: 'k' }),
      orders: () => domain.repositoryFor(Order).count(),
    }
  }

  test('of submissions to several processes at once, one is handled', async () => {
    const prefix = server.prefix()
    const processes = [await start(prefix), await start(prefix), await start(prefix)]
    const results = await Promise.all([...processes, ...processes].map(({ place }) => place()))
    expect(new Set(results).size).toBe(1)
    const orders = await Promise.all(processes.map((each) => each.orders()))
    expect(orders.reduce((sum, count) => sum + count)).toBe(1)
    const left = Number(await server.admin('PTTL', `${prefix}:cache:keys:idempotency:Shop.PlaceOrder.v1:k`))
    expect(left).toBeGreaterThan(86_000_000)
  })

  test('a key that somebody else is at keeps others waiting until it is free', async () => {
    const prefix = server.prefix()
    const { domain, place, orders } = await start(prefix)
    const key = 'idempotency:Shop.PlaceOrder.v1:k'
    await domain.caches.get('keys')?.set(key, { runs: 'another process' }, 60_000)
    const placing = place()
    // It looks again and again; once it is seen to do so, the other one gives up.
    await expect.poll(() => server.admin('OBJECT', 'IDLETIME', `${prefix}:cache:keys:${key}`)).toBe(0)
    expect(await orders()).toBe(0)
    await domain.caches.get('keys')?.delete(key)
    await placing
    expect(await orders()).toBe(1)
  })

  test('`redis_url` alone is enough, and is the cache `idempotency`', async () => {
    const shop = makeShop()
    shops.push(shop)
    const { domain, PlaceOrder, Order } = shop
    domain.config.idempotency.redisUrl = server.uri
    await domain.init()
    const idempotencyKey = server.prefix()
    const place = () => domain.process(new PlaceOrder({ customerId: 'c', sku: 'tea' }), { idempotencyKey })
    expect(await place()).toBe(await place())
    expect(await domain.repositoryFor(Order).count()).toBe(1)
    const cache = domain.caches.get('idempotency')
    expect([cache?.provider, await cache?.deleteMatching(`*${idempotencyKey}`)]).toEqual(['redis', 1])
  })
})
