import type { IdempotencyGuardSetup } from '../handlers/idempotency-guard.ts'
import { IdempotencyGuard } from '../handlers/idempotency-guard.ts'
import type { Cache } from '../ports/cache.ts'
import { idempotencyCacheOf } from './config/idempotency-cache.ts'
import type { Settings } from './config/schema.ts'
import type { Infrastructure } from './infrastructure.ts'

interface OpenDomain {
  readonly infrastructure: Infrastructure
  readonly settings: Settings
}

/** What lets one submission with an idempotency key run at a time, where a cache is configured for it. */
export function idempotencyGuardOf(
  { infrastructure, settings }: OpenDomain,
  seams: () => Pick<IdempotencyGuardSetup, 'timers' | 'logger' | 'newId'>,
): IdempotencyGuard | undefined {
  const name = idempotencyCacheOf(settings)
  if (name === undefined) return undefined
  const { ttl, errorTtl } = settings.idempotency
  return new IdempotencyGuard({
    ...seams(),
    cache: infrastructure.caches.get(name) as Cache,
    ttlMs: ttl * 1000,
    reservationMs: errorTtl * 1000,
  })
}
