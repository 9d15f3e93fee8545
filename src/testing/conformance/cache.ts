import { cacheExpiryConformance } from './cache-expiry.ts'
import { cacheLifecycleConformance } from './cache-lifecycle.ts'
import { cachePatternConformance } from './cache-patterns.ts'
import { cacheReservationConformance } from './cache-reservations.ts'
import type { CacheConformanceOptions } from './cache-suite.ts'
import { cacheSuite } from './cache-suite.ts'
import { cacheValueConformance } from './cache-values.ts'

/** Registers the tests that every cache passes, one `describe` per guarantee. */
export function cacheConformance(options: CacheConformanceOptions): void {
  const suite = cacheSuite(options)
  cacheValueConformance(suite)
  cacheReservationConformance(suite)
  cacheExpiryConformance(suite)
  cachePatternConformance(suite)
  cacheLifecycleConformance(suite, options)
}
