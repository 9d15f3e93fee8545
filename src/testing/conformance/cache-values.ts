import assert from 'node:assert/strict'
import type { JsonValue } from '../../util/json.ts'
import { allDone, tamper, times } from './assertions.ts'
import type { CacheSuite } from './cache-suite.ts'

export function cacheValueConformance({ describe, test }: CacheSuite): void {
  describe('a value comes back as it was set', () => {
    test('whatever it is', async ({ cache }) => {
      const values: JsonValue[] = [
        'text',
        '',
        0,
        -1.5,
        false,
        true,
        null,
        [],
        {},
        [1, [null, '😀']],
        { nested: { 'a key': ['"', '\\', '\n'] } },
      ]
      for (const [at, value] of values.entries()) await cache.set(`key-${at}`, value)
      for (const [at, value] of values.entries()) assert.deepEqual(await cache.get(`key-${at}`), value)
    })

    test('under any key', async ({ cache }) => {
      const keys = ['', ' ', 'a:b:::c', 'ünï', '😀', '*', 'a?', '[x]', 'back\\slash', 'line\nbreak']
      for (const key of keys) await cache.set(key, key)
      for (const key of keys) assert.equal(await cache.get(key), key)
      assert.equal(await cache.count('*'), keys.length)
    })

    test('the last one that was set', async ({ cache }) => {
      await cache.set('a', 1)
      await cache.set('a', { two: 2 })
      assert.deepEqual(await cache.get('a'), { two: 2 })
    })

    test('undefined where there is none', async ({ cache }) => {
      assert.equal(await cache.get('a'), undefined)
      assert.equal(await cache.ttl('a'), undefined)
    })

    test('changing it outside changes nothing', async ({ cache }) => {
      const value = { list: [1] }
      await cache.set('a', value)
      value.list.push(2)
      const read = await cache.get('a')
      assert.deepEqual(read, { list: [1] })
      tamper(() => (read as typeof value).list.push(3))
      assert.deepEqual(await cache.get('a'), { list: [1] })
    })

    test('for many callers at once', async ({ cache }) => {
      await allDone(times(40, (number) => cache.set(`key-${number}`, number)))
      assert.deepEqual(
        await allDone(times(40, (number) => cache.get(`key-${number}`))),
        times(40, (number) => number),
      )
    })
  })

  describe('a value can be deleted', () => {
    test('once, and only that one', async ({ cache }) => {
      await cache.set('a', null)
      await cache.set('b', 2)
      assert.equal(await cache.delete('a'), true)
      assert.equal(await cache.delete('a'), false)
      assert.equal(await cache.delete('unknown'), false)
      assert.equal(await cache.get('a'), undefined)
      assert.equal(await cache.get('b'), 2)
    })
  })
}
