import { ExpectedVersionError } from '../errors.ts'
import { WORKER_CLUSTER, WORKER_TABLE } from '../handlers/engine-tables.ts'
import { subscriptionId } from '../handlers/subscription-id.ts'
import { NO_CHANGES } from '../ports/change-set.ts'
import type { Database } from '../ports/database.ts'
import type { Row } from '../ports/table.ts'
import { UniqueViolation } from '../ports/unique-violation.ts'

/** State of a row of a part that is none any more: nobody takes it. The row of the subscription itself says what its parts are. */
export const RETIRED = 'retired'

/** Key of a worker's row: domains may share a database. */
export function workerId(domainName: string, worker: string): string {
  return subscriptionId(domainName, worker)
}

/** Changes what others may change in a worker's row, whoever holds it. */
export async function changeWorkerRow(
  database: Database,
  id: string,
  now: Date,
  changes: { readonly state?: string; readonly signal?: string },
): Promise<void> {
  for (;;) {
    const [found] = await database.load(WORKER_CLUSTER, [id])
    const version = (found?.row.version as number | undefined) ?? -1
    // What is no part of its subscription any more stays so.
    if (found?.row.state === RETIRED) return
    const base: Row = found?.row ?? { owner: null, token: 0, expires_at: null, state: 'running', saved: null, signal: null }
    const row = { ...base, id, ...changes, updated_at: now, version: version + 1 }
    try {
      await storeWorkerRow(database, row)
      return
    } catch (error) {
      if (!isRace(error)) throw error
    }
  }
}

/** Writes a worker's row, a new one or one that follows on the version before it. */
export async function storeWorkerRow(database: Database, row: Row): Promise<void> {
  const version = row.version as number
  await database.commit(
    version === 0
      ? { ...NO_CHANGES, inserts: [{ table: WORKER_TABLE, rows: [row] }] }
      : { ...NO_CHANGES, updates: [{ table: WORKER_TABLE, id: row.id as string, expectedVersion: version - 1, row }] },
  )
}

/** Whether somebody else wrote the row first. */
export function isRace(error: unknown): boolean {
  return error instanceof ExpectedVersionError || error instanceof UniqueViolation
}
