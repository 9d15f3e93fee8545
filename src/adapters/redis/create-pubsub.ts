import type { Clock } from '../../util/runtime/clock.ts'
import type { RedisSetup } from './create-adapters.ts'
import { clientOf } from './create-adapters.ts'
import type { Driver } from './driver.ts'
import { Keyspace } from './keys.ts'
import { RedisPubSubBroker } from './pubsub-broker.ts'
import type { RedisSettings } from './settings.ts'

/** The broker of an entry with the provider `redis_pubsub`. Channels are known by prefix and name alone, as streams are. */
export function createBroker(setup: RedisSetup & { readonly clock: Clock }, load?: () => Promise<Driver>): RedisPubSubBroker {
  const { name, clock, timers, settings } = setup
  const client = clientOf('broker', 'brokers', setup, load)
  return new RedisPubSubBroker({ name, client, clock, timers, keyspace: new Keyspace((settings as RedisSettings).keyPrefix, 'channel') })
}
