import { describe, expect, test } from 'vitest'
import { MemoryCache } from '../../../src/adapters/memory/cache.ts'
import { ManualTime } from '../support/manual-time.ts'

describe('a memory cache', () => {
  test('lets values live for its default time when none is given', async () => {
    const time = new ManualTime()
    const cache = new MemoryCache({ name: 'main', clock: time, defaultTtlMs: 1000 })
    await cache.open()
    await cache.set('default', 1)
    await cache.set('longer', 1, 2000)
    expect(await cache.ttl('default')).toBe(1000)
    await time.advance(999)
    expect(await cache.keys('*')).toEqual(['default', 'longer'])
    await time.advance(1)
    expect(await cache.keys('*')).toEqual(['longer'])
  })

  test('does not begin with a default time that is none', () => {
    const clock = new ManualTime()
    for (const defaultTtlMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => new MemoryCache({ name: 'main', clock, defaultTtlMs })).toThrow(expect.objectContaining({ code: 'INVALID_TTL' }))
    }
  })

  test('drops what has expired when it comes upon it, and never earlier than the very millisecond', async () => {
    const time = new ManualTime()
    const cache = new MemoryCache({ name: 'main', clock: time })
    await cache.open()
    await cache.set('a', 1, 50)
    await time.advance(49)
    expect([await cache.get('a'), await cache.ttl('a')]).toEqual([1, 1])
    await time.advance(1)
    expect([await cache.get('a'), await cache.ttl('a'), await cache.count('*')]).toEqual([undefined, undefined, 0])
  })

  test('still has its values when it is opened again', async () => {
    const cache = new MemoryCache({ name: 'main', clock: new ManualTime() })
    await cache.open()
    await cache.set('a', 1)
    await cache.close()
    await cache.open()
    expect(await cache.get('a')).toBe(1)
  })
})
