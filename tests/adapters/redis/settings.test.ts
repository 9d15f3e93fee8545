import { afterEach, describe, expect, test, vi } from 'vitest'
import { createBroker, createCache } from '../../../src/adapters/redis/create-adapters.ts'
import { redisServer } from '../../../src/adapters/redis/settings.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'

const setup = (settings: Record<string, unknown>) => ({ name: 'default', settings, timers: systemTimers })

afterEach(() => vi.doUnmock('redis'))

describe('the address', () => {
  test.each([
    ['redis://user:secret@example.test:6380/2', 'redis://example.test:6380/2'],
    ['redis://:secret@example.test', 'redis://example.test:6379'],
    ['rediss://example.test/', 'rediss://example.test:6379'],
    ['redis://[::1]:7000', 'redis://[::1]:7000'],
    ['unix:///run/redis.sock', 'unix:///run/redis.sock'],
  ])('of %s is %s', (uri, address) => {
    expect(redisServer('caches.default', { uri }).address).toBe(address)
  })

  test('comes from the options, or is that of this machine, when there is no URI', () => {
    expect(redisServer('caches.default', {}).address).toBe('redis://localhost:6379')
    expect(redisServer('caches.default', { options: { socket: { host: 'h', port: 1 } } }).address).toBe('redis://h:1')
    expect(redisServer('caches.default', { options: { socket: { path: '/s' } } }).address).toBe('unix:///s')
    expect(redisServer('caches.default', { options: { url: 'redis://:secret@h:1' } }).address).toBe('redis://h:1')
  })

  test.each(['redis://user:se#cret@host:x', 'nonsense secret', 'http://secret@host', 'redis://host/secret'])(
    'a URI that is none is refused without being shown: %s',
    (uri) => {
      const refusal = { code: 'REDIS_URI_INVALID', message: expect.not.stringContaining('cret') }
      expect(() => createCache(setup({ uri }))).toThrow(expect.objectContaining(refusal))
      expect(() => createBroker(setup({ uri }))).toThrow(expect.objectContaining(refusal))
    },
  )
})

describe('the driver', () => {
  test('gets the options as they are configured, and nothing that is shared or frozen', () => {
    const options = Object.freeze({ name: 'shop', RESP: 3, socket: Object.freeze({ connectTimeout: 7 }) })
    const server = redisServer('caches.default', { uri: 'redis://h', options })
    expect(server.options()).toMatchObject({ url: 'redis://h', name: 'shop', RESP: 2, socket: { connectTimeout: 7 } })
    expect(server.options()).toMatchObject({ pingInterval: 5000, socket: { socketTimeout: 15_000 } })
    expect(server.options().socket).not.toBe(server.options().socket)
  })

  test('that is missing is named, with how to install it', async () => {
    vi.doMock('redis', () => {
      throw new Error('Cannot find package')
    })
    const cache = createCache(setup({}))
    await expect(cache.open()).rejects.toMatchObject({
      code: 'DRIVER_MISSING',
      problems: [{ element: 'caches.default', fix: 'Install it: npm install redis.' }],
    })
    expect(await cache.isAlive()).toBe(false)
    await cache.close()
  })

  test('that refuses the options is heard, without the password', async () => {
    const cache = createCache(setup({ uri: 'redis://:secret@localhost', options: { socket: { tls: true } } }))
    const refusal = { code: 'REDIS_OPTIONS_INVALID', message: expect.stringContaining('redis://localhost:6379') }
    const error = await cache.open().catch((failure: unknown) => failure)
    expect(error).toMatchObject(refusal)
    expect(String(error)).not.toContain('secret')
  })
})

test('a time to live that is none is refused when the cache is made', () => {
  expect(() => createCache(setup({ ttl: 0 }))).toThrow(expect.objectContaining({ code: 'INVALID_TTL' }))
})
