import type { Cache } from '../../ports/cache.ts'
import type { ConformanceRunner, PassingTime, Suite } from './runner.ts'
import { suiteFor } from './runner.ts'

export interface CacheHarness extends PassingTime {
  /** Not necessarily open, and empty: the suite opens it. Configured so that values live for ever unless `set` says otherwise. */
  readonly cache: Cache
  dispose(): Promise<void> | void
}

export interface CacheConformanceOptions extends ConformanceRunner {
  /** Gives a cache that shares nothing with any other, each time. */
  create(): Promise<CacheHarness> | CacheHarness
}

export interface CacheSubject {
  readonly cache: Cache
  readonly advance: PassingTime['advance']
}

export type CacheSuite = Suite<CacheSubject>

/** Every test gets an open cache. */
export function cacheSuite(options: CacheConformanceOptions): CacheSuite {
  return suiteFor(
    options,
    () => options.create(),
    async (harness): Promise<CacheSubject> => {
      await harness.cache.open()
      return { cache: harness.cache, advance: (ms) => harness.advance(ms) }
    },
  )
}
