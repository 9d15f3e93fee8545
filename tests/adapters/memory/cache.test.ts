import { describe, expect, test } from 'vitest'
import { MemoryCache } from '../../../src/adapters/memory/cache.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'

describe('a memory cache', () => {
  test('lets values live for its default time when none is given', async () => {
    const clock = new ManualClock()
    const cache = new MemoryCache({ name: 'main', clock, defaultTtlMs: 1000 })
    await cache.open()
    await cache.set('default', 1)
    await cache.set('longer', 1, 2000)
    expect(await cache.ttl('default')).toBe(1000)
    clock.advance(999)
    expect(await cache.keys('*')).toEqual(['default', 'longer'])
    clock.advance(1)
    expect(await cache.keys('*')).toEqual(['longer'])
  })

  test('does not begin with a default time that is none', () => {
    const clock = new ManualClock()
    for (const defaultTtlMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => new MemoryCache({ name: 'main', clock, defaultTtlMs })).toThrow(expect.objectContaining({ code: 'INVALID_TTL' }))
    }
  })

  test('drops what has expired when it comes upon it, and never earlier than the very millisecond', async () => {
    const clock = new ManualClock()
    const cache = new MemoryCache({ name: 'main', clock })
    await cache.open()
    await cache.set('a', 1, 50)
    clock.advance(49)
    expect([await cache.get('a'), await cache.ttl('a')]).toEqual([1, 1])
    clock.advance(1)
    expect([await cache.get('a'), await cache.ttl('a'), await cache.count('*')]).toEqual([undefined, undefined, 0])
  })

  test('still has its values when it is opened again', async () => {
    const cache = new MemoryCache({ name: 'main', clock: new ManualClock() })
    await cache.open()
    await cache.set('a', 1)
    await cache.close()
    await cache.open()
    expect(await cache.get('a')).toBe(1)
  })
})
