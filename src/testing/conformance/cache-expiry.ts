import assert from 'node:assert/strict'
import { refused } from './assertions.ts'
import type { CacheSuite } from './cache-suite.ts'

export function cacheExpiryConformance({ describe, test }: CacheSuite): void {
  describe('a value is gone when its time is up', () => {
    test('by every way to it, and others stay', async ({ cache, advance }) => {
      // A key for each way, since one may tidy up for the next.
      for (const way of ['get', 'ttl', 'delete', 'keys', 'count', 'match']) await cache.set(`short-${way}`, 1, 50)
      await cache.set('long', 2, 600_000)
      await cache.set('ever', 3)
      await advance(100)
      assert.equal(await cache.get('short-get'), undefined)
      assert.equal(await cache.ttl('short-ttl'), undefined)
      assert.equal(await cache.delete('short-delete'), false)
      assert.deepEqual(await cache.keys('*keys'), [])
      assert.equal(await cache.count('*count'), 0)
      assert.equal(await cache.deleteMatching('*match'), 0)
      assert.deepEqual(await cache.keys('*'), ['ever', 'long'])
      assert.equal(await cache.get('long'), 2)
      assert.equal(await cache.get('ever'), 3)
    })

    test('and not before', async ({ cache, advance }) => {
      await cache.set('a', 1, 600_000)
      await advance(50)
      assert.equal(await cache.get('a'), 1)
    })

    test('how long it has left can be asked', async ({ cache, advance }) => {
      await cache.set('a', 1, 600_000)
      await cache.set('ever', 1)
      const before = await cache.ttl('a')
      assert.ok(before !== undefined && before > 0 && before <= 600_000)
      await advance(50)
      const after = await cache.ttl('a')
      assert.ok(after !== undefined && after > 0 && after <= 600_000 - 50)
      assert.equal(await cache.ttl('ever'), Number.POSITIVE_INFINITY)
    })

    test('setting it again begins anew, with the time given then or with none', async ({ cache, advance }) => {
      await cache.set('a', 1, 50)
      await cache.set('a', 2)
      await cache.set('b', 1, 50)
      await cache.set('b', 2, 600_000)
      await cache.set('c', 1)
      await cache.set('c', 2, 50)
      await advance(100)
      assert.deepEqual([await cache.get('a'), await cache.get('b'), await cache.get('c')], [2, 2, undefined])
    })

    test('a key can be used again afterwards', async ({ cache, advance }) => {
      await cache.set('a', 1, 50)
      await advance(100)
      await cache.set('a', 2)
      assert.equal(await cache.get('a'), 2)
    })
  })

  describe('a time to live that is none is refused', () => {
    test('and the old value stays as it was', async ({ cache }) => {
      await cache.set('a', 'before', 600_000)
      for (const ttlMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        await refused(cache.set('a', 'after', ttlMs), 'INVALID_TTL')
        await refused(cache.set('b', 'after', ttlMs), 'INVALID_TTL')
      }
      assert.equal(await cache.get('a'), 'before')
      assert.ok(Number.isFinite(await cache.ttl('a')))
      assert.equal(await cache.get('b'), undefined)
    })
  })
}
