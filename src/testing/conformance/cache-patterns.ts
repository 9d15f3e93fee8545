import assert from 'node:assert/strict'
import type { CacheSuite } from './cache-suite.ts'

const keys = [
  '',
  'a',
  'ab',
  'abc',
  'b',
  'order:::1',
  'order:::2',
  'order:::10',
  'reorder:::1',
  'a*b',
  'a?b',
  '[a]',
  'back\\slash',
  'A',
  'é',
  '😀',
  'a\nb',
  '-',
  '^',
]

/** Each pattern with the keys that match, by code point. */
const patterns: readonly (readonly [pattern: string, matching: readonly string[]])[] = [
  ['order:::*', ['order:::1', 'order:::10', 'order:::2']],
  ['*order*', ['order:::1', 'order:::10', 'order:::2', 'reorder:::1']],
  ['order:::?', ['order:::1', 'order:::2']],
  ['order', []],
  ['a', ['a']],
  ['a*', ['a', 'a\nb', 'a*b', 'a?b', 'ab', 'abc']],
  ['a*b', ['a\nb', 'a*b', 'a?b', 'ab']],
  ['a?b', ['a\nb', 'a*b', 'a?b']],
  ['?', ['-', 'A', '^', 'a', 'b', 'é', '😀']],
  ['[ab]', ['a', 'b']],
  ['[a-b]', ['a', 'b']],
  ['[b-a]', ['a', 'b']],
  ['[^ab]', ['-', 'A', '^', 'é', '😀']],
  ['[A-Z]', ['A']],
  ['[a-]', ['-', 'a']],
  ['[a^]', ['^', 'a']],
  ['[é😀]', ['é', '😀']],
  ['order:::[12]', ['order:::1', 'order:::2']],
  ['order:::[12]*', ['order:::1', 'order:::10', 'order:::2']],
  ['a\\*b', ['a*b']],
  ['a\\?b', ['a?b']],
  ['\\[a\\]', ['[a]']],
  ['[\\]a]', ['a']],
  ['back\\\\slash', ['back\\slash']],
  ['[a', []],
  ['a.c', []],
  ['', ['']],
  ['**', [...keys].sort()],
]

export function cachePatternConformance({ describe, test }: CacheSuite): void {
  describe('keys are found by a pattern', () => {
    for (const [pattern, matching] of patterns) {
      test(JSON.stringify(pattern), async ({ cache }) => {
        for (const key of keys) await cache.set(key, 1)
        assert.deepEqual(await cache.keys(pattern), matching)
        assert.equal(await cache.count(pattern), matching.length)
      })
    }

    test('in the order of code points', async ({ cache }) => {
      const sorted = ['10', '9', 'B', 'a', 'b', 'Ä', 'ﬀ', '😀']
      for (const key of [...sorted].reverse()) await cache.set(key, 1)
      assert.deepEqual(await cache.keys('*'), sorted)
    })

    test('however many there are', async ({ cache }) => {
      for (let number = 0; number < 1500; number += 1) await cache.set(`key-${number}`, number)
      assert.equal((await cache.keys('key-*')).length, 1500)
      assert.equal(await cache.count('key-*'), 1500)
      assert.equal(await cache.deleteMatching('key-*'), 1500)
      assert.equal(await cache.count('*'), 0)
    })
  })

  describe('values are deleted by a pattern', () => {
    test('those that match, and they are counted', async ({ cache }) => {
      for (const key of keys) await cache.set(key, 1)
      assert.equal(await cache.deleteMatching('order:::*'), 3)
      assert.equal(await cache.deleteMatching('order:::*'), 0)
      assert.equal(await cache.count('*'), keys.length - 3)
      assert.equal(await cache.get('reorder:::1'), 1)
    })
  })
}
