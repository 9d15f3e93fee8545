import type { ConfigInput } from 'proteanjs'

/** With leases short enough for a test that waits for them. */
export function configFor(databaseUri: string, schema: string): ConfigInput {
  return {
    databases: { default: { provider: 'postgresql', databaseUri, schema } },
    server: { messagesPerTick: 10, concurrency: 4, partitioning: { leaseTtlMs: 1000, heartbeatIntervalSeconds: 0.2 } },
  }
}
