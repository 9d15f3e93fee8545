import type { Cache } from '../../../src/ports/cache.ts'
import type { CacheHarness } from '../../../src/testing/conformance/index.ts'
import type { JsonValue } from '../../../src/util/json.ts'
import { memoryCache } from '../support/memory-harness.ts'
import type { Defect } from './defect.ts'
import { overriding } from './defect.ts'

const values = 'a value comes back as it was set'
const deleted = 'a value can be deleted'
const added = 'a value can be set where nothing is'
const deletedIf = 'a value can be deleted while it is the same'
const expiry = 'a value is gone when its time is up'
const refusedTtl = 'a time to live that is none is refused'
const patterns = 'keys are found by a pattern'
const byPattern = 'values are deleted by a pattern'

function broken(defect: string, breaks: string, overrides: (inner: Cache) => Partial<Cache>): Defect<CacheHarness> {
  return {
    defect,
    breaks,
    create: () => {
      const harness = memoryCache()
      return { ...harness, cache: overriding<Cache>(harness.cache, overrides(harness.cache)) }
    },
  }
}

function filtering(defect: string, matches: (key: string, pattern: string) => boolean): Defect<CacheHarness> {
  return broken(defect, patterns, (inner) => ({
    keys: async (pattern) => (await inner.keys('*')).filter((key) => matches(key, pattern)),
  }))
}

function keepingReferences(inner: Cache): Partial<Cache> {
  const kept = new Map<string, JsonValue>()
  return {
    set: async (key, value, ttlMs) => {
      await inner.set(key, value, ttlMs)
      kept.set(key, value)
    },
    get: async (key) => ((await inner.get(key)) === undefined ? undefined : kept.get(key)),
  }
}

export const cacheDefects: readonly Defect<CacheHarness>[] = [
  broken('values keep the identity that they were set with', values, keepingReferences),
  broken('null is as good as nothing', values, (inner) => ({ get: async (key) => (await inner.get(key)) ?? undefined })),
  broken('the first value stays', values, (inner) => ({
    set: async (key, value, ttlMs) => {
      if ((await inner.get(key)) === undefined) await inner.set(key, value, ttlMs)
    },
  })),
  broken('deleting always succeeds', deleted, (inner) => ({
    delete: async (key) => {
      await inner.delete(key)
      return true
    },
  })),
  broken('adding replaces', added, (inner) => ({
    add: async (key, value, ttlMs) => {
      await inner.set(key, value, ttlMs)
      return true
    },
  })),
  broken('adding looks first and sets then', added, (inner) => ({
    add: async (key, value, ttlMs) => {
      if ((await inner.get(key)) !== undefined) return false
      await inner.set(key, value, ttlMs)
      return true
    },
  })),
  broken('what is added stays for ever', added, (inner) => ({ add: (key, value) => inner.add(key, value) })),
  broken('it deletes whatever value there is', deletedIf, (inner) => ({ deleteIf: (key) => inner.delete(key) })),
  broken('it looks first and deletes then', deletedIf, (inner) => ({
    deleteIf: async (key, value) => {
      const isSame = JSON.stringify(await inner.get(key)) === JSON.stringify(value)
      if (isSame) await inner.delete(key)
      return isSame
    },
  })),
  broken('it ignores the time to live', expiry, (inner) => ({ set: (key, value) => inner.set(key, value) })),
  broken('the time to live is in seconds', expiry, (inner) => ({
    set: (key, value, ttlMs) => inner.set(key, value, ttlMs === undefined ? undefined : ttlMs * 1000),
  })),
  broken('the time to live of the value before goes on', expiry, (inner) => ({
    set: async (key, value, ttlMs) => {
      const left = await inner.ttl(key)
      await inner.set(key, value, left !== undefined && Number.isFinite(left) ? left : ttlMs)
    },
  })),
  broken('what never expires has no time to live', expiry, (inner) => ({
    ttl: async (key) => {
      const left = await inner.ttl(key)
      return left === Number.POSITIVE_INFINITY ? undefined : left
    },
  })),
  broken('no time to live at all means for ever', refusedTtl, (inner) => ({
    set: (key, value, ttlMs) => inner.set(key, value, ttlMs === 0 ? undefined : ttlMs),
  })),
  filtering('a pattern is a beginning', (key, pattern) => key.startsWith(pattern.replaceAll('*', ''))),
  filtering('a pattern is a regular expression', (key, pattern) => {
    try {
      return new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su').test(key)
    } catch {
      return false
    }
  }),
  broken('keys come as in a dictionary', patterns, (inner) => ({
    keys: async (pattern) => [...(await inner.keys(pattern))].sort((left, right) => left.localeCompare(right)),
  })),
  broken('there are a thousand keys at most', patterns, (inner) => ({
    keys: async (pattern) => (await inner.keys(pattern)).slice(0, 1000),
  })),
  broken('a pattern deletes whatever contains it', byPattern, (inner) => ({
    deleteMatching: (pattern) => inner.deleteMatching(`*${pattern}`),
  })),
  broken('it goes on working after it was closed', 'a cache works while it is open, and only then', () => ({
    close: async () => undefined,
  })),
  {
    defect: 'all caches are the same one',
    breaks: 'caches share nothing',
    create: (() => {
      let shared: CacheHarness | undefined
      return () => {
        shared ??= memoryCache()
        return { ...shared, dispose: () => shared?.cache.resetData().catch(() => undefined) }
      }
    })(),
  },
]
