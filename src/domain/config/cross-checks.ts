import type { Problem } from '../../errors.ts'
import { nearest } from '../../util/nearest.ts'
import { IDEMPOTENCY_CACHE } from './idempotency-cache.ts'
import type { Settings } from './schema.ts'
import { BUILT_IN_PROFILES } from './server-schema.ts'

/** Keys that must agree with other keys. */
export function referenceProblems(settings: Settings): Problem[] {
  const { outbox, server } = settings
  const own = Object.keys(server.profiles)
  const broker = named('broker', 'CONFIG_UNKNOWN_BROKER', Object.keys(settings.brokers))
  const cache = named('cache', 'CONFIG_UNKNOWN_CACHE', Object.keys(settings.caches))
  const profile = named('profile', 'CONFIG_UNKNOWN_PROFILE', [...BUILT_IN_PROFILES, ...own])
  return [
    ...broker('outbox.broker', outbox.broker),
    ...outbox.externalBrokers.flatMap((name) => broker('outbox.externalBrokers', name)),
    ...profile('server.defaultSubscriptionProfile', server.defaultSubscriptionProfile),
    ...Object.entries(server.subscriptions).flatMap(([name, handler]) => profile(`server.subscriptions.${name}.profile`, handler.profile)),
    ...own.filter((name) => (BUILT_IN_PROFILES as readonly string[]).includes(name)).map(reserved),
    ...cache('idempotency.cache', settings.idempotency.cache),
    ...twoCaches(settings),
    ...unreadOutbox(settings),
    ...lateHeartbeat(settings),
  ]
}

/** A check that what a key names is one of these. */
function named(what: string, code: string, names: readonly string[]): (key: string, name: string | undefined) => Problem[] {
  return (key, name) => {
    if (name === undefined || names.includes(name)) return []
    const meant = nearest(name, names)
    const fix = meant === undefined ? `There are: ${names.join(', ')}.` : `Did you mean "${meant}"?`
    return [{ code, element: `config.${key}`, message: `names the ${what} "${name}", which is not configured.`, fix }]
  }
}

function reserved(name: string): Problem {
  const element = `config.server.profiles.${name}`
  return {
    code: 'CONFIG_RESERVED_PROFILE',
    element,
    message: 'has the name of a built-in profile.',
    fix: `Take another name and say \`inherits = "${name}"\`.`,
  }
}

function twoCaches({ idempotency, caches }: Settings): Problem[] {
  if (idempotency.redisUrl === undefined) return []
  const rival =
    idempotency.cache !== undefined ? 'idempotency.cache' : Object.hasOwn(caches, IDEMPOTENCY_CACHE) ? 'caches.idempotency' : undefined
  if (rival === undefined) return []
  const element = 'config.idempotency.redisUrl'
  const message = `stands beside \`${rival}\`, and one cache remembers idempotency keys.`
  return [{ code: 'CONFIG_TWO_CACHES', element, message, fix: 'Leave it out, and name the cache in `idempotency.cache`.' }]
}

function unreadOutbox({ outbox, server }: Settings): Problem[] {
  if (outbox.enabled !== false || server.defaultSubscriptionType !== 'stream') return []
  const message = 'is false, but handlers read from streams, which only the outbox fills.'
  return [
    {
      code: 'CONFIG_OUTBOX_NEEDED',
      element: 'config.outbox.enabled',
      message,
      fix: 'Leave it out, or set `server.default_subscription_type` to "event_store".',
    },
  ]
}

function lateHeartbeat({ server: { partitioning } }: Settings): Problem[] {
  if (partitioning.heartbeatIntervalSeconds * 1000 < partitioning.leaseTtlMs) return []
  const element = 'config.server.partitioning.heartbeatIntervalSeconds'
  const message = `is ${partitioning.heartbeatIntervalSeconds} s, no shorter than the lease of ${partitioning.leaseTtlMs} ms that it renews.`
  return [{ code: 'CONFIG_HEARTBEAT_TOO_SLOW', element, message, fix: 'A fifth of the lease is a good value.' }]
}
