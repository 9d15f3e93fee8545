import type { ConfigInput } from 'proteanjs'

export interface LedgerSetup {
  readonly databaseUri: string
  readonly schema?: string | undefined
  readonly port?: number
  readonly drainTimeoutSeconds?: number
}

/** With leases short enough for a test that waits for them. */
export function ledgerConfig({ databaseUri, schema, port = 0, drainTimeoutSeconds = 30 }: LedgerSetup): ConfigInput {
  return {
    databases: { default: { databaseUri, ...(schema === undefined ? {} : { schema }) } },
    server: { drainTimeoutSeconds, health: { port }, partitioning: { leaseTtlMs: 1000, heartbeatIntervalSeconds: 0.2 } },
  }
}
