import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Keyspace } from '../../../src/adapters/redis/keys.ts'
import { globExpression } from '../../../src/ports/glob.ts'
import { describeRedis } from '../../support/redis.ts'
import { redisCache } from '../support/redis-harness.ts'

test('a prefix with characters that mean something in patterns is taken literally', () => {
  expect(new Keyspace('a[b]*?\\^-', 'cache:x').pattern('k*')).toBe('a\\[b\\]\\*\\?\\\\\\^\\-:cache:x:k*')
})

describeRedis('a Redis cache', (server) => {
  test('finds with every pattern what the pattern says', async () => {
    const { cache } = redisCache(server)
    await cache.open()
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '[', ']', '^', '-', '\\', 'é', '😀', '\n'), maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 8 }), text, async (keys, pattern) => {
        await cache.resetData()
        for (const key of keys) await cache.set(key, 1)
        const expression = globExpression(pattern)
        const expected = [...new Set(keys)].filter((key) => expression.test(key))
        expect(new Set(await cache.keys(pattern))).toEqual(new Set(expected))
        expect(await cache.deleteMatching(pattern)).toBe(expected.length)
      }),
      { numRuns: 60 },
    )
    await cache.close()
  })

  test('keeps values for as long as it is configured, in seconds, unless told otherwise', async () => {
    const { cache } = redisCache(server, { ttl: 300 })
    await cache.open()
    await cache.set('a', 1)
    await cache.set('b', 1, 5000)
    expect(await cache.ttl('a')).toBeGreaterThan(290_000)
    expect(await cache.ttl('a')).toBeLessThanOrEqual(300_000)
    expect(await cache.ttl('b')).toBeLessThanOrEqual(5000)
    await cache.close()
  })

  test('takes every time to live that there is', async () => {
    const { cache } = redisCache(server)
    await cache.open()
    await cache.set('short', 1, 0.25)
    await cache.set('long', 1, Number.MAX_VALUE)
    await cache.set('odd', 1, 600_000.5)
    expect(await cache.ttl('long')).toBeGreaterThan(1e15)
    expect(await cache.ttl('odd')).toBeGreaterThan(0)
    await cache.close()
  })

  test('touches nothing but its own keys when it is emptied', async () => {
    const { cache, keyPrefix } = redisCache(server)
    const others = [`${keyPrefix}:stream:orders`, `${keyPrefix}:cache:testing:a`, `${keyPrefix}x:cache:test:a`]
    for (const key of others) await server.admin('SET', key, '1')
    await cache.open()
    await cache.set('a', 1)
    await cache.resetData()
    expect(await server.admin('EXISTS', `${keyPrefix}:cache:test:a`)).toBe(0)
    expect(await server.admin('EXISTS', ...others)).toBe(others.length)
    await cache.close()
  })

  test('says so when somebody else writes under its keys', async () => {
    const { cache, keyPrefix } = redisCache(server)
    await cache.open()
    await server.admin('SET', `${keyPrefix}:cache:test:text`, 'no JSON')
    await server.admin('RPUSH', `${keyPrefix}:cache:test:list`, 'a')
    for (const key of ['text', 'list'])
      await expect(cache.get(key)).rejects.toMatchObject({ name: 'DatabaseError', code: 'KEY_TAKEN', retryable: false })
    expect(await cache.delete('text')).toBe(true)
    await cache.close()
  })
})
