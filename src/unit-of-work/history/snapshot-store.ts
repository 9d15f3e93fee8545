import { NO_CHANGES } from '../../ports/change-set.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Database } from '../../ports/database.ts'
import { UniqueViolation } from '../../ports/unique-violation.ts'
import type { Snapshot } from './snapshot-table.ts'
import { rowOf, SNAPSHOT_CLUSTER, SNAPSHOT_TABLE, snapshotOf, where } from './snapshot-table.ts'

/** Which snapshots of an aggregate will do: not after a version, or without events after a moment. */
export interface Until {
  readonly version?: number | undefined
  readonly time?: Date | undefined
}

/** The newest snapshot of a stream that was taken with this shape. Others are of no use any more. */
export async function findSnapshot(database: Database, stream: string, shape: string, until: Until = {}): Promise<Snapshot | undefined> {
  const terms = [where('stream', 'eq', stream), where('shape', 'eq', shape)]
  if (until.version !== undefined) terms.push(where('version', 'lte', until.version))
  if (until.time !== undefined) terms.push(where('latest_time', 'lte', until.time))
  const [found] = await newest(database, terms)
  return found
}

/** Stores a snapshot, and deletes what it makes superfluous: all but the newest ones, and any that is ahead of it and so of the stream. */
export async function storeSnapshot(database: Database, snapshot: Snapshot, kept: number): Promise<void> {
  const { stream, version } = snapshot
  try {
    await database.commit({ ...NO_CHANGES, inserts: [{ table: SNAPSHOT_TABLE, rows: [rowOf(snapshot)] }] })
  } catch (error) {
    // Somebody else has taken it already.
    if (!(error instanceof UniqueViolation)) throw error
  }
  const [superfluous] = await newest(database, [where('stream', 'eq', stream), where('version', 'lte', version)], kept)
  const gone: Criteria[] = [where('version', 'gt', version)]
  if (superfluous !== undefined) gone.push(where('version', 'lte', superfluous.version))
  await database.deleteWhere(SNAPSHOT_TABLE, { op: 'and', terms: [where('stream', 'eq', stream), { op: 'or', terms: gone }] })
}

async function newest(database: Database, terms: readonly Criteria[], offset = 0): Promise<readonly Snapshot[]> {
  const { rows } = await database.select({
    cluster: SNAPSHOT_CLUSTER,
    where: { op: 'and', terms },
    orderBy: [{ column: 'version', descending: true }],
    limit: 1,
    offset,
  })
  return rows.map(({ row }) => snapshotOf(row))
}
