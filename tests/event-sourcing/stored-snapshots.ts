import type { Domain } from 'proteanjs'
import { EVERYTHING } from '../../src/ports/criteria.ts'
import type { Row } from '../../src/ports/table.ts'
import { SNAPSHOT_CLUSTER } from '../../src/unit-of-work/history/snapshot-table.ts'

export interface StoredSnapshot {
  readonly version: number
  readonly shape: string
  readonly state: Readonly<Record<string, unknown>>
}

/** The snapshots of a stream, oldest first. */
export async function storedSnapshots(domain: Domain, stream: string): Promise<StoredSnapshot[]> {
  const { rows } = await databaseOf(domain).select({
    cluster: SNAPSHOT_CLUSTER,
    where: { op: 'compare', column: 'stream', lookup: 'eq', value: stream },
    orderBy: [{ column: 'version', descending: false }],
  })
  return rows.map(({ row }) => row as unknown as StoredSnapshot)
}

/** Writes other values into all snapshots: what reads use of them then shows. */
export async function tamperWithSnapshots(domain: Domain, values: Row): Promise<void> {
  await databaseOf(domain).updateWhere(SNAPSHOT_CLUSTER.table, EVERYTHING, values)
}

export function databaseOf(domain: Domain) {
  return domain.providers.get('default')!.database
}
