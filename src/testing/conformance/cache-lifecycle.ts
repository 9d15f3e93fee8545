import assert from 'node:assert/strict'
import type { Cache } from '../../ports/cache.ts'
import { allClosed } from './assertions.ts'
import type { CacheConformanceOptions, CacheSuite } from './cache-suite.ts'

function operations(cache: Cache): Record<string, () => Promise<unknown>> {
  return {
    get: () => cache.get('a'),
    set: () => cache.set('a', 1),
    add: () => cache.add('a', 1),
    delete: () => cache.delete('a'),
    deleteIf: () => cache.deleteIf('a', 1),
    keys: () => cache.keys('*'),
    count: () => cache.count('*'),
    deleteMatching: () => cache.deleteMatching('*'),
    ttl: () => cache.ttl('a'),
    resetData: () => cache.resetData(),
  }
}

export function cacheLifecycleConformance({ describe, test }: CacheSuite, { create }: CacheConformanceOptions): void {
  describe('a cache works while it is open, and only then', () => {
    test('every operation is refused after close', async ({ cache }) => {
      assert.equal(await cache.isAlive(), true)
      await cache.close()
      assert.equal(await cache.isAlive(), false)
      await allClosed(operations(cache))
    })

    test('opening and closing may be repeated, and in turns', async ({ cache }) => {
      await cache.open()
      await cache.close()
      await cache.close()
      await cache.open()
      await cache.set('a', 1)
      assert.equal(await cache.get('a'), 1)
    })

    test('it says what it is', async ({ cache }) => {
      assert.ok(cache.name.length > 0)
      assert.ok(cache.provider.length > 0)
    })
  })

  describe('caches share nothing', () => {
    test('neither values, nor a reset, which removes all there are', async ({ cache }) => {
      const other = await create()
      try {
        await other.cache.open()
        await cache.set('a', 1)
        await other.cache.set('a', 2, 600_000)
        assert.equal(await cache.get('a'), 1)
        await other.cache.resetData()
        assert.equal(await other.cache.get('a'), undefined)
        assert.equal(await other.cache.count('*'), 0)
        assert.equal(await cache.get('a'), 1)
      } finally {
        await other.dispose()
      }
    })
  })
}
