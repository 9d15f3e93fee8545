import type { ConfigInput } from 'proteanjs'

export interface Places {
  readonly databaseUri: string
  readonly schema: string
  readonly redisUri: string
  readonly keyPrefix: string
}

/** Handlers that read from Redis, with leases short enough for a test that waits for them. */
export function streamsConfig({ databaseUri, schema, redisUri, keyPrefix }: Places): ConfigInput {
  return {
    databases: { default: { provider: 'postgresql', databaseUri, schema } },
    brokers: { default: { provider: 'redis', uri: redisUri, keyPrefix } },
    outbox: { messagesPerTick: 20 },
    server: {
      defaultSubscriptionType: 'stream',
      messagesPerTick: 10,
      concurrency: 4,
      priorityLanes: { enabled: true, threshold: 0 },
      partitioning: { leaseTtlMs: 1000, heartbeatIntervalSeconds: 0.2 },
    },
  }
}
