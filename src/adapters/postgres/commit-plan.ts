import type { ChangeSet, RowDelete, RowUpdate } from '../../ports/change-set.ts'
import type { TableSchema } from '../../ports/table.ts'
import { columnOf, keyValue } from '../sql/columns.ts'
import { compileDeletes, compileInserts, compileUpdates, compileVersionedDelete } from '../sql/compile-writes.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { Statement, StatementResult } from '../sql/statement.ts'
import { planAppends } from './append-plan.ts'

export interface CommitPlan {
  readonly statements: readonly Statement[]
  positions(results: readonly StatementResult[]): ReadonlyMap<string, number>
}

/** Up to so many rows, a statement for each is quicker: `unnest` is planned anew each time, for as long as several rows take. */
const FEW_ROWS = 8

/**
 * A change set as statements that go to the server together and depend on nothing unknown. One that finds another version, or a row missing, divides by zero:
 * doing it over in a transaction tells why. Undefined for what cannot be done without asking first: numbers that the store gives, versions that contradict
 * each other.
 */
export function planCommit(dialect: Dialect, changes: ChangeSet): CommitPlan | undefined {
  if (changes.inserts.some(({ table, rows }) => rows.length > 0 && table.columns.some(({ generated }) => generated === true)))
    return undefined
  const appends = planAppends(changes.appends)
  if (appends === undefined) return undefined
  const rows = rowStatements(dialect, changes)
  return {
    statements: [...rows, ...appends.statements],
    positions: (results) => appends.positions(results.slice(rows.length)),
  }
}

function rowStatements(dialect: Dialect, { deletes, updates, inserts }: ChangeSet): readonly Statement[] {
  const one = { ...dialect, arrays: false }
  const versioned = [...deletes, ...updates].filter(({ expectedVersion }) => expectedVersion !== undefined)
  const sorted = [...updates].sort(byTableAndId)
  return [
    ...(needsLocks(deletes, updates, versioned) ? lockRows(dialect, versioned) : []),
    ...deletes
      .filter(isVersioned)
      .map((change) => checked(compileVersionedDelete(dialect, change.table, change.id, change.expectedVersion), 1)),
    ...grouped(deletes.filter((change) => !isVersioned(change))).flatMap(([table, some]) =>
      compileDeletes(
        dialect,
        table,
        some.map(({ id }) => id),
      ),
    ),
    ...grouped(sorted).flatMap(([table, some]) =>
      some.length <= FEW_ROWS
        ? compileUpdates(one, table, some).map((statement) => checked(statement, 1))
        : compileUpdates(dialect, table, some).map((statement) => checked(statement, some.length)),
    ),
    ...inserts.flatMap(({ table, rows }) => compileInserts(rows.length <= FEW_ROWS ? one : dialect, table, rows)),
  ]
}

/**
 * Rows with versions stand for all that belongs to them. Where other rows would be locked before them, or several at once in no certain order, two change sets
 * could wait for each other, and the database would refuse one of them only after a second.
 */
function needsLocks(deletes: readonly RowDelete[], updates: readonly RowUpdate[], versioned: readonly unknown[]): boolean {
  if (versioned.length === 0) return false
  return updates.length > FEW_ROWS || (deletes.length > 0 && deletes.length + updates.length > 1)
}

function lockRows(dialect: Dialect, changes: readonly (RowDelete | RowUpdate)[]): readonly Statement[] {
  return grouped([...changes].sort(byTableAndId)).map(([table, some]) => {
    const key = columnOf(table, table.primaryKey)
    const name = dialect.identifier(key.name)
    const keys = some.map(({ id }) => keyValue(table, id)).filter((id) => id !== undefined)
    const values = [keys.map((id) => dialect.encode(key.type, id))]
    const text = `SELECT 1 FROM ${dialect.table(table.name)} WHERE ${name} = ANY($1::${dialect.arrayType(key.type)}) ORDER BY ${name} FOR NO KEY UPDATE`
    return { text, values, gives: 'count' }
  })
}

/** The same statement, which now fails with `division_by_zero` unless it changes so many rows. */
function checked({ text, values, table, gives }: Statement, count: number): Statement {
  const returning = gives === 'rows' ? '' : ' RETURNING 1'
  const exact = `1 / (count(*) = $${values.length + 1}::bigint)::int`
  return { text: `WITH changed AS (${text}${returning}) SELECT ${exact} FROM changed`, values: [...values, count], gives: 'count', table }
}

function isVersioned<Change extends RowDelete>(change: Change): change is Change & { readonly expectedVersion: number } {
  return change.expectedVersion !== undefined
}

function byTableAndId(left: RowDelete | RowUpdate, right: RowDelete | RowUpdate): number {
  return compare(left.table.name, right.table.name) || compare(left.id, right.id)
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function grouped<Change extends { readonly table: TableSchema }>(
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
