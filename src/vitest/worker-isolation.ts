import type { Domain } from '../domain/domain.ts'

/**
 * Gives a domain databases, brokers and caches of its worker's own on servers that all workers share: a schema on PostgreSQL, a file with SQLite, a
 * prefix of keys on Redis. So test files can run in parallel. `worker` numbers the worker; nothing changes without one. Call it before `init()`.
 */
export function isolateWorker(domain: Domain, worker: string | undefined): void {
  if (worker === undefined) return
  const { config } = domain
  for (const entry of Object.values(config.databases)) {
    if (entry === undefined) continue
    if (entry.provider === 'postgresql') entry.schema = withSuffix(entry.schema ?? 'public', `_worker_${worker}`)
    if (entry.provider === 'sqlite' && entry.databaseUri !== undefined) entry.databaseUri = fileOf(entry.databaseUri, worker)
  }
  const { idempotency } = config
  // What stands for a cache becomes one, which can have a prefix.
  if (idempotency.redisUrl !== undefined) {
    config.caches.idempotency = { provider: 'redis', uri: idempotency.redisUrl }
    idempotency.cache = 'idempotency'
    idempotency.redisUrl = undefined
  }
  for (const entry of [...Object.values(config.brokers), ...Object.values(config.caches)]) {
    if (entry?.provider?.startsWith('redis') === true) entry.keyPrefix = withSuffix(entry.keyPrefix ?? domain.name, `:worker-${worker}`)
  }
}

function fileOf(uri: string, worker: string): string {
  return uri.includes(':memory:') ? uri : withSuffix(uri, `.worker-${worker}`)
}

/** A domain may be set up several times in one worker. */
function withSuffix(text: string, suffix: string): string {
  return text.endsWith(suffix) ? text : `${text}${suffix}`
}
