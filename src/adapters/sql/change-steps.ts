import { DatabaseError, ExpectedVersionError } from '../../errors.ts'
import type { ChangeSet, GeneratedValue, RowDelete, RowUpdate } from '../../ports/change-set.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Row, TableSchema } from '../../ports/table.ts'
import { compileCount } from './compile-select.ts'
import {
  compileDeletes,
  compileDeleteWhere,
  compileInserts,
  compileUpdates,
  compileUpdateWhere,
  compileVersionedDelete,
  compileVersions,
} from './compile-writes.ts'
import type { Dialect } from './dialect.ts'
import type { GivenNumbers } from './number-rows.ts'
import { numberSteps } from './number-rows.ts'
import { idOf } from './row-values.ts'
import type { StatementResult } from './statement.ts'
import type { Steps } from './steps.ts'
import { ask } from './steps.ts'

/** Deletes, updates and inserts rows within a transaction, in this order, as `checkChanges` has let them pass; versions are checked in the statements. */
export function* changeSteps(dialect: Dialect, changes: ChangeSet, given: GivenNumbers): Steps<readonly GeneratedValue[]> {
  const numbered = []
  for (const inserts of changes.inserts) numbered.push(yield* numberSteps(dialect, inserts, given))
  yield* deleteSteps(dialect, changes.deletes)
  for (const [table, updates] of byTable(changes.updates)) yield* updateSteps(dialect, table, updates)
  const statements = numbered.flatMap(({ inserts }) => compileInserts(dialect, inserts.table, inserts.rows))
  if (statements.length > 0) yield statements
  return numbered.flatMap(({ generated }) => generated)
}

/** Sets columns of all rows that meet criteria; gives how many. */
export function* updateWhereSteps(dialect: Dialect, table: TableSchema, where: Criteria, values: Row): Steps<number> {
  if (Object.keys(values).length > 0) return (yield* ask(compileUpdateWhere(dialect, table, where, values))).changes
  const { rows } = yield* ask(compileCount(dialect, table, where))
  return Number(rows[0]?.count)
}

export function* deleteWhereSteps(dialect: Dialect, table: TableSchema, where: Criteria): Steps<number> {
  return (yield* ask(compileDeleteWhere(dialect, table, where))).changes
}

function* deleteSteps(dialect: Dialect, deletes: readonly RowDelete[]): Steps<void> {
  const versioned = deletes.filter(({ expectedVersion }) => expectedVersion !== undefined)
  const free = byTable(deletes.filter(({ expectedVersion }) => expectedVersion === undefined))
  const statements = [
    ...versioned.map(({ table, id, expectedVersion = 0 }) => compileVersionedDelete(dialect, table, id, expectedVersion)),
    ...free.flatMap(([table, some]) =>
      compileDeletes(
        dialect,
        table,
        some.map(({ id }) => id),
      ),
    ),
  ]
  if (statements.length === 0) return
  const results = yield statements
  const missed = versioned.find((_, at) => results[at]?.changes === 0)
  if (missed !== undefined) throw yield* missing(dialect, missed)
}

function* updateSteps(dialect: Dialect, table: TableSchema, updates: readonly RowUpdate[]): Steps<void> {
  const results = yield compileUpdates(dialect, table, updates)
  const missed = dialect.arrays ? notAmong(dialect, updates, results[0]) : updates.find((_, at) => results[at]?.changes === 0)
  if (missed !== undefined) throw yield* missing(dialect, missed)
}

/** The first update whose row is not among those that were changed. */
function notAmong(dialect: Dialect, updates: readonly RowUpdate[], result: StatementResult | undefined): RowUpdate | undefined {
  if (result === undefined || result.rows.length === updates.length) return undefined
  const changed = new Set(result.rows.map((row) => String(row[dialect.shortName(updates[0]?.table.primaryKey ?? '')])))
  return updates.find(({ table, row }) => !changed.has(idOf(table, row)))
}

/** Why a row was not changed. */
function* missing(dialect: Dialect, { table, id, expectedVersion }: RowUpdate | RowDelete): Steps<Error> {
  const { rows } = yield* ask(compileVersions(dialect, table, [id]))
  const [stored] = rows
  if (expectedVersion !== undefined) {
    const actual = stored?.[dialect.shortName(table.versionColumn ?? '')]
    return new ExpectedVersionError(`${table.element} ${id}`, expectedVersion, actual === undefined ? undefined : Number(actual))
  }
  return new DatabaseError(`${table.element} ${id} is not stored: insert it first.`, { code: 'ROW_NOT_FOUND' })
}

function byTable<Change extends { readonly table: TableSchema }>(
  changes: readonly Change[],
): readonly (readonly [TableSchema, readonly Change[]])[] {
  const groups = new Map<TableSchema, Change[]>()
  for (const change of changes) {
    const group = groups.get(change.table)
    if (group === undefined) groups.set(change.table, [change])
    else group.push(change)
  }
  return [...groups]
}
