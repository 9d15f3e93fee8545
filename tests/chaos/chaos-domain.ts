import type { Clock, ConfigInput } from 'proteanjs'
import { Domain } from 'proteanjs'
import { declareBank } from './bank-flow.ts'
import { declareEffects } from './recorded-effects.ts'
import type { SeededChoices } from './seeded-choices.ts'
import { declareShop } from './shop-flow.ts'
import { declareTransfers } from './transfer-process.ts'

export interface Places {
  readonly databaseUri: string
  readonly schema: string
  /** Where handlers read from Redis Streams; without, they read from the event store. */
  readonly redisUri: string | undefined
}

interface ChaosDomainOptions {
  readonly places: Places
  /** Decides on mishaps of handlers; without, there are none. */
  readonly chance?: SeededChoices
  readonly clock?: Clock
}

/** A bank and a shop whose handlers record what they do. Everything is asynchronous. */
export function chaosDomain({ places, chance, clock }: ChaosDomainOptions) {
  const domain = new Domain('chaos', { config: configFor(places), ...(clock === undefined ? {} : { clock }) })
  const recorded = declareEffects(domain, chance)
  const bank = declareBank(domain, recorded)
  return { domain, ...bank, ...declareTransfers(domain, recorded, bank), ...declareShop(domain, recorded) }
}

export type ChaosDomain = ReturnType<typeof chaosDomain>

/**
 * Leases and pauses short enough for a run of seconds. Attempts are many: what meets a mishap, a death and an outage again and again is no poison. The breaker
 * opens and closes in passing.
 */
function configFor({ databaseUri, schema, redisUri }: Places): ConfigInput {
  const attempts = { maxRetries: 10, retryDelaySeconds: 0.02, circuitBreakerThreshold: 8, circuitBreakerResetSeconds: 0.3 }
  return {
    commandProcessing: 'async',
    eventProcessing: 'async',
    databases: { default: { provider: 'postgresql', databaseUri, schema } },
    ...(redisUri === undefined ? {} : { brokers: { default: { provider: 'redis', uri: redisUri } } }),
    server: {
      defaultSubscriptionType: redisUri === undefined ? 'event_store' : 'stream',
      messagesPerTick: 20,
      concurrency: 4,
      retryMultiplier: 1.5,
      retryMaxDelaySeconds: 0.5,
      eventStoreSubscription: attempts,
      streamSubscription: attempts,
      partitioning: { leaseTtlMs: 1500, heartbeatIntervalSeconds: 0.3 },
    },
  }
}
