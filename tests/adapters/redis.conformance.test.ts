import { describe, test } from 'vitest'
import { brokerConformance, cacheConformance } from '../../src/testing/conformance/index.ts'
import { describeRedis } from '../support/redis.ts'
import { redisBroker, redisCache, redisPubSubBroker } from './support/redis-harness.ts'

describeRedis('Redis', (server) => {
  describe('broker', () => brokerConformance({ describe, test, create: () => redisBroker(server) }))

  describe('broker by PUBLISH and SUBSCRIBE', () => brokerConformance({ describe, test, create: () => redisPubSubBroker(server) }))

  describe('cache', () => cacheConformance({ describe, test, create: () => redisCache(server) }))
})
