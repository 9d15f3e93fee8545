import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createBroker, createCache } from '../../../src/adapters/redis/create-adapters.ts'
import { reading } from '../../../src/testing/conformance/deliveries.ts'
import { ManualTimers } from '../../../src/testing/manual-timers.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'
import type { RedisServer } from '../../support/redis.ts'
import { describeRedis } from '../../support/redis.ts'
import { TcpProxy } from '../../support/tcp-proxy.ts'
import { redisBroker, redisCache } from '../support/redis-harness.ts'

const LONG_MS = 600_000
/** A port that nobody listens on. */
const NOWHERE = 'redis://user:secret@127.0.0.1:1/0'
const lost = { name: 'DatabaseError', code: 'CONNECTION_FAILED', retryable: true }

test('a server that cannot be reached is named without the password, and may be tried again', async () => {
  const setup = { name: 'main', settings: { uri: NOWHERE }, timers: systemTimers }
  for (const adapter of [createCache(setup), createBroker(setup)]) {
    const error = await adapter.open().catch((failure: unknown) => failure)
    expect(error).toMatchObject({ ...lost, message: expect.stringContaining('"main" (redis) at redis://127.0.0.1:1/0') })
    expect(String(error)).not.toContain('secret')
    expect(await adapter.isAlive()).toBe(false)
    await adapter.close()
  }
})

describeRedis('a connection to Redis', (server) => {
  let proxy: TcpProxy
  let uri: string

  beforeEach(async () => {
    proxy = new TcpProxy(new URL(server.uri), 6379)
    await proxy.start()
    uri = `redis://127.0.0.1:${proxy.port}`
  })

  afterEach(() => proxy.stop())

  test('a user that the server does not know is refused', async () => {
    const { cache } = redisCache(server, { uri: server.uri.replace('//', '//nobody:secret@') })
    const error = await cache.open().catch((failure: unknown) => failure)
    expect(error).toMatchObject({ code: 'AUTHENTICATION_FAILED', retryable: false })
    expect(String(error)).not.toContain('secret')
  })

  test('is made again by itself when the server was away; meanwhile everything fails at once', async () => {
    const { cache } = redisCache(server, { uri })
    await cache.open()
    await cache.set('a', 1)
    await proxy.stop()
    await vi.waitFor(() => expect(cache.get('a')).rejects.toMatchObject(lost))
    await expect(cache.set('a', 2)).rejects.toMatchObject(lost)
    expect(await cache.isAlive()).toBe(false)
    await proxy.start()
    await vi.waitFor(async () => expect(await cache.get('a')).toBe(1), 5000)
    expect(await cache.isAlive()).toBe(true)
    await cache.close()
  })

  test('several messages are not kept back for a server that is away', async () => {
    const { broker } = redisBroker(server, { uri })
    await broker.open()
    await proxy.stop()
    await vi.waitFor(() => expect(broker.length('orders')).rejects.toMatchObject(lost))
    // If each waited for the next attempt to connect, this would take longer than a test may.
    for (let turn = 0; turn < 20; turn += 1) await expect(broker.publish('orders', [{ a: 1 }, { a: 2 }])).rejects.toMatchObject(lost)
    await proxy.start()
    await vi.waitFor(async () => expect(await broker.length('orders')).toBe(0), 5000)
    await broker.close()
  })

  test('can be closed and opened again while the server is away', async () => {
    const { cache } = redisCache(server, { uri })
    await cache.open()
    await proxy.stop()
    await vi.waitFor(() => expect(cache.get('a')).rejects.toMatchObject(lost))
    await cache.close()
    await expect(cache.open()).rejects.toMatchObject(lost)
    await expect(cache.get('a')).rejects.toMatchObject({ code: 'NOT_OPEN' })
    await proxy.start()
    await cache.open()
    expect(await cache.get('a')).toBeUndefined()
    await cache.close()
  })

  test('a waiting read fails when its connection is lost, and the next one waits again', async () => {
    const { broker } = redisBroker(server, { uri })
    await broker.open()
    await broker.ensureGroup('orders', 'mailer')
    const waiting = broker.read(reading({ waitMs: LONG_MS })).catch((failure: unknown) => failure)
    await proxy.stop()
    expect(await waiting).toMatchObject(lost)
    await proxy.start()
    await vi.waitFor(async () => expect(await broker.isAlive()).toBe(true), 5000)
    const again = broker.read(reading({ waitMs: LONG_MS }))
    await broker.publish('orders', [{ number: 1 }])
    expect(await again).toMatchObject([{ payload: { number: 1 } }])
    await broker.close()
  })

  describe('to a server that has fallen silent', () => {
    test('is not alive, and closes all the same', async () => {
      const time = new ManualTimers()
      const cache = createCache({ name: 'test', settings: { uri, keyPrefix: server.prefix() }, timers: time })
      await cache.open()
      proxy.fallSilent()
      const alive = cache.isAlive()
      await time.advance(60_000)
      expect(await alive).toBe(false)
      const closed = cache.close()
      await time.advance(60_000)
      await closed
      await expect(cache.get('a')).rejects.toMatchObject({ code: 'NOT_OPEN' })
    })

    test('is given up after a while', async () => {
      const { broker } = redisBroker(server, { uri, options: { socket: { socketTimeout: 100 } } })
      await broker.open()
      // Longer than the silence that is allowed: the server is heard in between.
      expect(await broker.read(reading({ waitMs: 300 }))).toEqual([])
      const waiting = broker.read(reading({ waitMs: LONG_MS })).catch((failure: unknown) => failure)
      expect(await broker.length('orders')).toBe(0)
      proxy.fallSilent()
      await expect(broker.length('orders')).rejects.toMatchObject(lost)
      expect(await waiting).toMatchObject(lost)
      await broker.close()
    })
  })

  test('each waiting read has one of its own, which the next one uses', async () => {
    const name = server.prefix()
    const { broker } = redisBroker(server, { options: { name } })
    await broker.open()
    await broker.ensureGroup('orders', 'mailer')
    for (let turn = 0; turn < 3; turn += 1) {
      const waiting = ['one', 'two'].map((consumer) => broker.read(reading({ consumer, count: 1, waitMs: LONG_MS })))
      await broker.publish('orders', [{ turn }, { turn }])
      await Promise.all(waiting)
    }
    expect(await connectionsNamed(server, name)).toBe(3)
    const waiting = broker.read(reading({ waitMs: LONG_MS }))
    await broker.close()
    expect(await waiting).toEqual([])
    await vi.waitFor(async () => expect(await connectionsNamed(server, name)).toBe(0))
  })

  test('opening at the same time makes one', async () => {
    const name = server.prefix()
    const { cache } = redisCache(server, { options: { name } })
    await Promise.all([cache.open(), cache.open()])
    expect(await connectionsNamed(server, name)).toBe(1)
    await cache.close()
  })

  test('closing while it is being opened closes it', async () => {
    const name = server.prefix()
    const { cache } = redisCache(server, { options: { name } })
    const opened = cache.open()
    await cache.close()
    await opened
    await expect(cache.get('a')).rejects.toMatchObject({ code: 'NOT_OPEN' })
    await vi.waitFor(async () => expect(await connectionsNamed(server, name)).toBe(0))
  })
})

async function connectionsNamed(server: RedisServer, name: string): Promise<number> {
  const list = String(await server.admin('CLIENT', 'LIST'))
  return list.split('\n').filter((line) => line.includes(` name=${name} `)).length
}
