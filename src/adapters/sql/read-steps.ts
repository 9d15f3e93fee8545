import { checkCriteria, checkSelection } from '../../ports/check-selection.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Selection, SelectionResult } from '../../ports/database.ts'
import type { ClusterRow, ClusterSchema, TableSchema } from '../../ports/table.ts'
import { keyValue } from './columns.ts'
import { COUNT_COLUMN, compileCount, compileExists, compileLookup, compileSelect, TOTAL_COLUMN } from './compile-select.ts'
import type { Dialect } from './dialect.ts'
import { withChildren } from './load-children.ts'
import { decodeRow } from './row-values.ts'
import type { DriverRow } from './statement.ts'
import type { Steps } from './steps.ts'
import { ask } from './steps.ts'

/** The reads of a database or a transaction, as the port has them. */
export function* loadSteps(dialect: Dialect, cluster: ClusterSchema, ids: readonly string[]): Steps<readonly ClusterRow[]> {
  const { table } = cluster
  const keys = [...new Set(ids)].map((id) => keyValue(table, id)).filter((key) => key !== undefined)
  if (keys.length === 0) return []
  const { rows } = yield* ask(compileLookup(dialect, table, table.primaryKey, keys))
  return yield* withChildren(
    dialect,
    cluster,
    rows.map((row) => decodeRow(dialect, table, row)),
  )
}

export function* selectSteps(dialect: Dialect, selection: Selection): Steps<SelectionResult> {
  checkSelection(selection)
  const { cluster, withTotal, rootsOnly } = selection
  const page = selection.limit === 0 ? [] : (yield* ask(compileSelect(dialect, selection))).rows
  const decoded = page.map((row) => decodeRow(dialect, cluster.table, row))
  const rows = rootsOnly === true ? decoded.map((row) => ({ row, children: [] })) : yield* withChildren(dialect, cluster, decoded)
  if (withTotal !== true) return { rows }
  // An empty page has no row that could carry the total.
  const total = page[0] === undefined ? yield* countSteps(dialect, cluster.table, selection.where) : Number(page[0][TOTAL_COLUMN])
  return { rows, total }
}

export function* countSteps(dialect: Dialect, table: TableSchema, where: Criteria): Steps<number> {
  checkCriteria(table, where)
  const { rows } = yield* ask(compileCount(dialect, table, where))
  return Number((rows[0] as DriverRow)[COUNT_COLUMN])
}

export function* existsSteps(dialect: Dialect, table: TableSchema, where: Criteria): Steps<boolean> {
  checkCriteria(table, where)
  return (yield* ask(compileExists(dialect, table, where))).rows.length > 0
}
