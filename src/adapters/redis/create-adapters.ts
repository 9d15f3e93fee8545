import type { Timers } from '../../util/runtime/timers.ts'
import { RedisBroker } from './broker.ts'
import { RedisCache } from './cache.ts'
import { RedisClient } from './client.ts'
import type { Driver } from './driver.ts'
import { loadDriver } from './driver.ts'
import { Keyspace } from './keys.ts'
import type { RedisSettings } from './settings.ts'
import { redisServer } from './settings.ts'

export interface RedisSetup {
  readonly name: string
  /** Checked and complete: `RedisSettings`, and for a cache `ttl` in seconds. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly timers: Timers
}

/**
 * The broker of a configured entry. Streams are known by prefix and name alone, so that domains which name the same server differently share them.
 * Fails with `ConfigurationError` for a URI that is none; the driver is loaded when it is opened.
 */
export function createBroker(setup: RedisSetup, load?: () => Promise<Driver>): RedisBroker {
  const client = clientOf('broker', 'brokers', setup, load)
  return new RedisBroker({ name: setup.name, client, keyspace: new Keyspace((setup.settings as RedisSettings).keyPrefix, 'stream') })
}

/** The cache of a configured entry; see `createBroker`. Caches of different names share nothing. */
export function createCache(setup: RedisSetup, load?: () => Promise<Driver>): RedisCache {
  const { keyPrefix, ttl } = setup.settings as RedisSettings & { readonly ttl?: number | undefined }
  return new RedisCache({
    name: setup.name,
    client: clientOf('cache', 'caches', setup, load),
    keyspace: new Keyspace(keyPrefix, `cache:${encodeURIComponent(setup.name)}`),
    defaultTtlMs: ttl === undefined ? undefined : ttl * 1000,
  })
}

export function clientOf(kind: string, section: string, { name, settings, timers }: RedisSetup, load?: () => Promise<Driver>): RedisClient {
  const element = `${section}.${name}`
  const server = redisServer(element, settings as RedisSettings)
  const resource = `${kind} "${name}" (redis)`
  return new RedisClient({ element, resource, server, timers, load: load ?? (() => loadDriver(element)) })
}
