import type { Settings } from './schema.ts'

/** The cache that `idempotency.redis_url` stands for. */
export const IDEMPOTENCY_CACHE = 'idempotency'

/** All caches that a configuration asks for. */
export function cachesOf({ caches, idempotency: { redisUrl } }: Settings): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return redisUrl === undefined ? caches : { ...caches, [IDEMPOTENCY_CACHE]: { provider: 'redis', uri: redisUrl } }
}

/** The name of the cache that remembers idempotency keys. */
export function idempotencyCacheOf({ idempotency: { cache, redisUrl } }: Settings): string | undefined {
  return redisUrl === undefined ? cache : IDEMPOTENCY_CACHE
}
