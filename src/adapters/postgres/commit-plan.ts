import type { ChangeSet, RowDelete } from '../../ports/change-set.ts'
import { compileDeletes, compileInserts, compileUpdates, compileVersionedDelete } from '../sql/compile-writes.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { Statement, StatementResult } from '../sql/statement.ts'
import { planAppends } from './append-plan.ts'
import { byTable } from './by-table.ts'
import { inLockOrder, rowLocks } from './row-locks.ts'

export interface CommitPlan {
  readonly statements: readonly Statement[]
  positions(results: readonly StatementResult[]): ReadonlyMap<string, number>
}

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

/** Up to so many rows are quicker one by one: a statement for many is planned anew each time, for as long as several single ones take. */
const FEW_ROWS = 8

function rowStatements(dialect: Dialect, { deletes, updates, inserts }: ChangeSet): readonly Statement[] {
  const one = { ...dialect, arrays: false }
  const sorted = [...updates].sort(inLockOrder)
  return [
    // Few updates one by one come in the order of the locks themselves.
    ...(deletes.length === 0 && updates.length <= FEW_ROWS ? [] : rowLocks(dialect, { deletes, updates })),
    ...deletes
      .filter(isVersioned)
      .map((change) => checked(compileVersionedDelete(dialect, change.table, change.id, change.expectedVersion), 1)),
    ...byTable(deletes.filter((change) => !isVersioned(change))).flatMap(([table, some]) =>
      compileDeletes(
        dialect,
        table,
        some.map(({ id }) => id),
      ),
    ),
    ...byTable(sorted).flatMap(([table, some]) =>
      some.length <= FEW_ROWS
        ? compileUpdates(one, table, some).map((statement) => checked(statement, 1))
        : compileUpdates(dialect, table, some).map((statement) => checked(statement, some.length)),
    ),
    ...inserts.flatMap(({ table, rows }) => compileInserts(rows.length <= FEW_ROWS ? one : dialect, table, rows)),
  ]
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
