import assert from 'node:assert/strict'
import { allDone, refused, times } from './assertions.ts'
import type { CacheSuite } from './cache-suite.ts'

export function cacheReservationConformance({ describe, test }: CacheSuite): void {
  describe('a value can be set where nothing is', () => {
    test('and only there', async ({ cache }) => {
      assert.equal(await cache.add('a', 1), true)
      assert.equal(await cache.add('a', 2), false)
      await cache.set('null', null)
      assert.equal(await cache.add('null', 2), false)
      assert.deepEqual([await cache.get('a'), await cache.get('null')], [1, null])
      await cache.delete('a')
      assert.equal(await cache.add('a', 3), true)
      assert.equal(await cache.get('a'), 3)
    })

    test('by one of many at once', async ({ cache }) => {
      const added = await allDone(times(20, (number) => cache.add('a', number)))
      assert.equal(added.filter(Boolean).length, 1)
      assert.equal(await cache.get('a'), added.indexOf(true))
    })

    test('and is gone when its time is up; in vain, it does not prolong the other', async ({ cache, advance }) => {
      await cache.add('a', 1, 50)
      assert.equal(await cache.add('a', 2, 600_000), false)
      await advance(100)
      assert.equal(await cache.get('a'), undefined)
      assert.equal(await cache.add('a', 3), true)
      assert.equal(await cache.ttl('a'), Number.POSITIVE_INFINITY)
    })

    test('but not with a time to live that is none', async ({ cache }) => {
      await cache.set('taken', 1)
      for (const key of ['taken', 'free']) await refused(cache.add(key, 2, 0), 'INVALID_TTL')
      assert.deepEqual([await cache.get('taken'), await cache.get('free')], [1, undefined])
    })
  })

  describe('a value can be deleted while it is the same', () => {
    test('and not when it is another, or none', async ({ cache }) => {
      await cache.set('a', { by: 'one' })
      assert.equal(await cache.deleteIf('a', { by: 'other' }), false)
      assert.deepEqual(await cache.get('a'), { by: 'one' })
      assert.equal(await cache.deleteIf('a', { by: 'one' }), true)
      assert.equal(await cache.deleteIf('a', { by: 'one' }), false)
      assert.equal(await cache.get('a'), undefined)
    })

    test('by one of many at once', async ({ cache }) => {
      await cache.set('a', 1)
      const deleted = await allDone(times(20, () => cache.deleteIf('a', 1)))
      assert.equal(deleted.filter(Boolean).length, 1)
    })

    test('and not once its time is up', async ({ cache, advance }) => {
      await cache.set('a', 1, 50)
      await advance(100)
      assert.equal(await cache.deleteIf('a', 1), false)
    })
  })
}
