import type { RedisBroker } from '../../../src/adapters/redis/broker.ts'
import type { RedisCache } from '../../../src/adapters/redis/cache.ts'
import { createBroker, createCache } from '../../../src/adapters/redis/create-adapters.ts'
import { createBroker as createPubSubBroker } from '../../../src/adapters/redis/create-pubsub.ts'
import type { RedisPubSubBroker } from '../../../src/adapters/redis/pubsub-broker.ts'
import type { BrokerHarness, CacheHarness } from '../../../src/testing/conformance/index.ts'
import { systemClock } from '../../../src/util/runtime/clock.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'
import type { RedisServer } from '../../support/redis.ts'

export type RedisBrokerHarness = BrokerHarness & { readonly broker: RedisBroker; readonly keyPrefix: string }
export type RedisCacheHarness = CacheHarness & { readonly cache: RedisCache; readonly keyPrefix: string }

export function redisBroker(server: RedisServer, settings: Readonly<Record<string, unknown>> = {}): RedisBrokerHarness {
  const keyPrefix = server.prefix()
  const broker = createBroker({ name: 'test', settings: { uri: server.uri, keyPrefix, ...settings }, timers: systemTimers })
  return { broker, keyPrefix, advance: (ms) => passed(server, ms), dispose: () => broker.close() }
}

export function redisPubSubBroker(server: RedisServer): BrokerHarness & { readonly broker: RedisPubSubBroker; readonly keyPrefix: string } {
  const keyPrefix = server.prefix()
  const settings = { uri: server.uri, keyPrefix }
  const broker = createPubSubBroker({ name: 'test', settings, clock: systemClock, timers: systemTimers })
  return { broker, keyPrefix, advance: (ms) => passed(server, ms), dispose: () => broker.close() }
}

export function redisCache(server: RedisServer, settings: Readonly<Record<string, unknown>> = {}): RedisCacheHarness {
  const keyPrefix = server.prefix()
  const cache = createCache({ name: 'test', settings: { uri: server.uri, keyPrefix, ...settings }, timers: systemTimers })
  return { cache, keyPrefix, advance: (ms) => passed(server, ms), dispose: () => cache.close() }
}

/** Until the server's clock says so: it has one of its own, which nobody can move. */
async function passed(server: RedisServer, ms: number): Promise<void> {
  const until = (await serverTime(server)) + ms
  for (;;) {
    const left = until - (await serverTime(server))
    if (left < 0) return
    await systemTimers.sleep(Math.ceil(left) + 1)
  }
}

/** Milliseconds. */
async function serverTime(server: RedisServer): Promise<number> {
  const [seconds, microseconds] = (await server.admin('TIME')) as [string, string]
  return Number(seconds) * 1000 + Number(microseconds) / 1000
}
