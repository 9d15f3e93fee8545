import type { Domain } from '../domain/domain.ts'
import { IncorrectUsageError } from '../errors.ts'

/**
 * Gives a domain databases, an event store, brokers and caches of its worker's own on servers that all workers share: a schema on PostgreSQL, a file with SQLite,
 * a prefix of keys on Redis. So test files can run in parallel. `worker` numbers the worker; nothing changes without one. Call it before `init()`. A Message DB
 * cannot be divided: fails with `IncorrectUsageError` (`MESSAGE_STORE_SHARED`) where a second worker would use that of the first.
 */
export function isolateWorker(domain: Domain, worker: string | undefined): void {
  if (worker === undefined) return
  const { config } = domain
  for (const entry of [...Object.values(config.databases), config.eventStore]) {
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
  if (config.eventStore?.provider === 'message_db') refuseSharedStore(domain.name, config.eventStore.databaseUri, worker)
}

/** The schema of a Message DB has one name in every installation, so that only databases keep workers apart. The first worker needs none of its own. */
function refuseSharedStore(name: string, databaseUri: string | undefined, worker: string): void {
  const database = databaseUri === undefined ? '' : databaseUri.replace(/\?.*$/, '')
  if (worker === '1' || database.endsWith(`_${worker}`)) return
  throw new IncorrectUsageError(
    `Test files of ${name} run in parallel, and would share one Message DB, whose schema has one name in every database. Run them one after the other (fileParallelism: false in the configuration of Vitest), or install Message DB into a database for each worker and end its name with the number: database_uri = "postgresql://…/message_store_\${VITEST_POOL_ID|1}".`,
    { code: 'MESSAGE_STORE_SHARED' },
  )
}

function fileOf(uri: string, worker: string): string {
  return uri.includes(':memory:') ? uri : withSuffix(uri, `.worker-${worker}`)
}

/** A domain may be set up several times in one worker. */
function withSuffix(text: string, suffix: string): string {
  return text.endsWith(suffix) ? text : `${text}${suffix}`
}
