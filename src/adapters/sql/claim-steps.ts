import { checkPatch } from '../../ports/check-changes.ts'
import { checkClaim } from '../../ports/check-selection.ts'
import type { Claim } from '../../ports/database.ts'
import type { ClusterRow, Row } from '../../ports/table.ts'
import { columnOf, comparableColumn, qualified, ROOT_ALIAS } from './columns.ts'
import { compileSelect } from './compile-select.ts'
import type { Dialect } from './dialect.ts'
import { withChildren } from './load-children.ts'
import { decodeRow, idOf, selectedColumns } from './row-values.ts'
import type { DriverRow, Statement } from './statement.ts'
import { StatementBuilder } from './statement-builder.ts'
import type { Steps } from './steps.ts'
import { ask } from './steps.ts'

/** Place of a row among those claimed. */
const PLACE_COLUMN = '__place'

/**
 * A claim. Where the database can pass over rows that others have locked it is one statement; else, as only one transaction writes at a time, the rows are looked
 * for and then marked.
 */
export function* claimSteps(dialect: Dialect, claim: Claim, isInTransaction: boolean): Steps<readonly ClusterRow[]> {
  checkClaim(claim, isInTransaction)
  checkPatch(claim.cluster.table, claim.values)
  if (claim.limit === 0) return []
  const rows = dialect.skipLocked ? yield* takeUnlocked(dialect, claim) : yield* findAndMark(dialect, claim)
  return yield* withChildren(dialect, claim.cluster, rows)
}

function* takeUnlocked(dialect: Dialect, claim: Claim): Steps<readonly Row[]> {
  const { table } = claim.cluster
  const isMarked = Object.keys(claim.values).length > 0
  const { rows } = yield* ask(isMarked ? compileClaim(dialect, claim) : compileHold(dialect, claim))
  const inOrder = isMarked ? [...rows].sort((one, other) => placeOf(one) - placeOf(other)) : rows
  return inOrder.map((row) => decodeRow(dialect, table, row))
}

function* findAndMark(dialect: Dialect, claim: Claim): Steps<readonly Row[]> {
  const { table } = claim.cluster
  const found = (yield* ask(compileSelect(dialect, claim))).rows.map((row) => decodeRow(dialect, table, row))
  if (found.length === 0 || Object.keys(claim.values).length === 0) return found
  const marked = (yield* ask(compileMark(dialect, claim, found))).rows.map((row) => decodeRow(dialect, table, row))
  const byId = new Map(marked.map((row) => [idOf(table, row), row]))
  return found.map((row) => byId.get(idOf(table, row)) ?? row)
}

/**
 * Locks the rows in their order and passes over locked ones; a row that changed meanwhile is looked at again once it is locked. The list is made once and for
 * all, before the update: as part of its condition the server might make it again for every row, with others in it each time.
 */
export function compileClaim(dialect: Dialect, claim: Claim): Statement {
  const { table } = claim.cluster
  const builder = new StatementBuilder(dialect)
  const key = qualified(dialect, ROOT_ALIAS, table.primaryKey)
  const lock = `${builder.included(compileSelect(dialect, claim))} FOR UPDATE OF ${ROOT_ALIAS} SKIP LOCKED`
  const lists = `WITH locked AS MATERIALIZED (${lock}), claimed AS (SELECT ${dialect.identifier(table.primaryKey)} AS id, row_number() OVER () AS place FROM locked)`
  const update = `UPDATE ${dialect.table(table.name)} AS ${ROOT_ALIAS} SET ${assignments(builder, claim)} FROM claimed WHERE ${key} = claimed.id`
  return builder.changing(table, `${lists} ${update} RETURNING ${selectedColumns(dialect, table)}, claimed.place AS ${PLACE_COLUMN}`)
}

function compileHold(dialect: Dialect, claim: Claim): Statement {
  const { text, ...rest } = compileSelect(dialect, claim)
  return { ...rest, text: `${text} FOR UPDATE OF ${ROOT_ALIAS} SKIP LOCKED` }
}

function compileMark(dialect: Dialect, claim: Claim, rows: readonly Row[]): Statement {
  const { table } = claim.cluster
  const builder = new StatementBuilder(dialect)
  const key = columnOf(table, table.primaryKey)
  const set = assignments(builder, claim)
  const keys = rows.map((row) => row[table.primaryKey] ?? null)
  const condition = dialect.oneOf(builder.bind, key.type, comparableColumn(dialect, ROOT_ALIAS, key), keys)
  const columns = table.columns.map(({ name }) => dialect.identifier(name)).join(', ')
  const text = `UPDATE ${dialect.table(table.name)} AS ${ROOT_ALIAS} SET ${set} WHERE ${condition} RETURNING ${columns}`
  return builder.changing(table, text)
}

function assignments(builder: StatementBuilder, { cluster: { table }, values }: Claim): string {
  const { dialect } = builder
  const marks = Object.entries(values).map(
    ([name, value]) => `${dialect.identifier(name)} = ${builder.stored(columnOf(table, name).type, value ?? null)}`,
  )
  const { versionColumn } = table
  if (versionColumn === undefined) return marks.join(', ')
  return [...marks, `${dialect.identifier(versionColumn)} = ${qualified(dialect, ROOT_ALIAS, versionColumn)} + 1`].join(', ')
}

function placeOf(row: DriverRow): number {
  return Number(row[PLACE_COLUMN])
}
