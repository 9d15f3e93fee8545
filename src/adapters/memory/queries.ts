import { checkCriteria, checkSelection } from '../../ports/check-selection.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Claim, Selection, SelectionResult } from '../../ports/database.ts'
import type { ClusterRow, ClusterSchema, Row, TableSchema } from '../../ports/table.ts'
import { candidates } from './candidates.ts'
import { compileCriteria } from './criteria.ts'
import { rowOrder } from './row-order.ts'
import type { StoreReads } from './table-reads.ts'

export function loadClusters(reads: StoreReads, cluster: ClusterSchema, ids: readonly string[]): readonly ClusterRow[] {
  const table = reads.table(cluster.table)
  const clusters: ClusterRow[] = []
  for (const id of ids.length > 1 ? new Set(ids) : ids) {
    const row = table.get(id)
    if (row !== undefined) clusters.push(clusterOf(reads, cluster, row))
  }
  return clusters
}

export function selectClusters(reads: StoreReads, selection: Selection): SelectionResult {
  checkSelection(selection)
  const { cluster, after, offset = 0, limit = Number.POSITIVE_INFINITY } = selection
  const { layout } = reads.table(cluster.table)
  const order = rowOrder(layout, selection.orderBy)
  const matches = [...matchingRows(reads, cluster.table, selection.where)]
  const following = after === undefined ? matches : matches.filter((row) => order.isAfter(row, after))
  const page = limit === 0 ? [] : following.sort(order.compare).slice(offset, offset + limit)
  const rows = page.map((row) =>
    selection.rootsOnly === true ? { row: layout.handedOut(row), children: [] } : clusterOf(reads, cluster, row),
  )
  return selection.withTotal === true ? { rows, total: matches.length } : { rows }
}

export function countRows(reads: StoreReads, table: TableSchema, where: Criteria): number {
  checkCriteria(table, where)
  let count = 0
  for (const _ of matchingRows(reads, table, where)) count += 1
  return count
}

export function anyRow(reads: StoreReads, table: TableSchema, where: Criteria): boolean {
  checkCriteria(table, where)
  for (const _ of matchingRows(reads, table, where)) return true
  return false
}

export function matchingIds(reads: StoreReads, table: TableSchema, where: Criteria): readonly string[] {
  checkCriteria(table, where)
  const { layout } = reads.table(table)
  return Array.from(matchingRows(reads, table, where), (row) => layout.idOf(row))
}

/** The first rows that a claim finds and may have, in its order. */
export function claimedRows(reads: StoreReads, claim: Claim, isFree: (id: string) => boolean): readonly Row[] {
  const { where, limit = Number.POSITIVE_INFINITY } = claim
  const { table } = claim.cluster
  const { layout } = reads.table(table)
  const free = [...matchingRows(reads, table, where)].filter((row) => isFree(layout.idOf(row)))
  return free.sort(rowOrder(layout, claim.orderBy).compare).slice(0, limit)
}

function* matchingRows(reads: StoreReads, table: TableSchema, where: Criteria): Iterable<Row> {
  const meets = compileCriteria(reads, table, where)
  for (const row of candidates(reads.table(table), where)) if (meets(row)) yield row
}

function clusterOf(reads: StoreReads, cluster: ClusterSchema, row: Row): ClusterRow {
  const { layout } = reads.table(cluster.table)
  return { row: layout.handedOut(row), children: cluster.children.map((child) => childrenOf(reads, child, layout.idOf(row))) }
}

function childrenOf(reads: StoreReads, cluster: ClusterSchema, parentId: string): readonly ClusterRow[] {
  const table = reads.table(cluster.table)
  const orderColumn = cluster.table.parent?.orderColumn
  const order = rowOrder(table.layout, orderColumn === undefined ? [] : [{ column: orderColumn, descending: false }])
  const rows = Array.from(table.childIds(parentId), (id) => table.get(id)).filter((row) => row !== undefined)
  return rows.sort(order.compare).map((row) => clusterOf(reads, cluster, row))
}
