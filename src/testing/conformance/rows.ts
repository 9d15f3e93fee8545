import assert from 'node:assert/strict'
import type { ChangeSet } from '../../ports/change-set.ts'
import { NO_CHANGES } from '../../ports/change-set.ts'
import type { Criteria } from '../../ports/criteria.ts'
import { EVERYTHING } from '../../ports/criteria.ts'
import type { DatabaseReads, Selection } from '../../ports/database.ts'
import type { ClusterRow, ClusterSchema, ColumnValue, Row, TableSchema } from '../../ports/table.ts'
import { orders } from './schemas.ts'

export function changes(some: Partial<ChangeSet>): ChangeSet {
  return { ...NO_CHANGES, ...some }
}

/** Several change sets as one. */
export function together(...sets: readonly ChangeSet[]): ChangeSet {
  return {
    deletes: sets.flatMap((set) => set.deletes),
    updates: sets.flatMap((set) => set.updates),
    inserts: sets.flatMap((set) => set.inserts),
    appends: sets.flatMap((set) => set.appends),
  }
}

export function inserting(table: TableSchema, ...rows: Row[]): ChangeSet {
  return changes({ inserts: [{ table, rows }] })
}

/** An order replaced by one with the next version. */
export function updatingOrder(row: Row, expectedVersion: number): ChangeSet {
  return changes({
    updates: [{ table: orders.table, id: String(row.id), expectedVersion, row: { ...row, version: expectedVersion + 1 } }],
  })
}

export function is(column: string, value: ColumnValue): Criteria {
  return { op: 'compare', column, lookup: 'eq', value }
}

export function selecting(cluster: ClusterSchema, more: Partial<Selection> = {}): Selection {
  return { cluster, where: EVERYTHING, orderBy: [], ...more }
}

/** The primary keys that a selection gives, in its order. */
export async function selectedIds(reads: DatabaseReads, cluster: ClusterSchema, more: Partial<Selection> = {}): Promise<ColumnValue[]> {
  const { rows } = await reads.select(selecting(cluster, more))
  return rows.map(({ row }) => row[cluster.table.primaryKey] ?? null)
}

/** The one row with this key, which has to be there. */
export async function loadOne(reads: DatabaseReads, cluster: ClusterSchema, id: string): Promise<ClusterRow> {
  const rows = await reads.load(cluster, [id])
  assert.equal(rows.length, 1, `${rows.length} rows were loaded for ${cluster.table.element} ${id}`)
  const [row] = rows
  assert.ok(row)
  return row
}

/** Everything in these tables, to compare before with after. */
export async function contents(reads: DatabaseReads, clusters: readonly ClusterSchema[]): Promise<readonly (readonly ClusterRow[])[]> {
  const found: (readonly ClusterRow[])[] = []
  for (const cluster of clusters) found.push((await reads.select(selecting(cluster))).rows)
  return found
}
