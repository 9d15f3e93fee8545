import type { ChangeSet, RowDelete } from '../../ports/change-set.ts'
import { compileDeletes, compileInserts, compileUpdates, compileVersionedDelete } from '../sql/compile-writes.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { Statement, StatementResult } from '../sql/statement.ts'
import { planAppends } from './append-plan.ts'
import { byTable } from './by-table.ts'
import { checked } from './checked.ts'
import { inLockOrder, rowLocks } from './row-locks.ts'
import type { RowStatements } from './row-statements.ts'

export interface CommitPlan {
  readonly statements: readonly Statement[]
  positions(results: readonly StatementResult[]): ReadonlyMap<string, number>
}

/** Up to so many rows are quicker one by one: a statement for many is planned anew each time, for as long as several single ones take. */
const FEW_ROWS = 8

/**
 * A change set as statements that go to the server together and depend on nothing unknown. One that finds another version, or a row missing, divides by zero:
 * doing it over in a transaction tells why. Undefined for what cannot be done without asking first: numbers that the store gives, versions that contradict
 * each other.
 */
export function planCommit(dialect: Dialect, rows: RowStatements, changes: ChangeSet): CommitPlan | undefined {
  if (changes.inserts.some(({ table, rows: some }) => some.length > 0 && table.columns.some(({ generated }) => generated === true)))
    return undefined
  const appends = planAppends(changes.appends)
  if (appends === undefined) return undefined
  const { deletes, updates, inserts } = changes
  const isOrderly = deletes.length === 0 && updates.length <= FEW_ROWS
  const before = [
    // Few updates one by one come in the order of the locks themselves.
    ...(isOrderly ? [] : rowLocks(dialect, changes)),
    ...deleteStatements(dialect, deletes),
    ...byTable(updates.length > 1 ? [...updates].sort(inLockOrder) : updates).flatMap(([table, some]) =>
      some.length <= FEW_ROWS
        ? some.map((update) => rows.update(update))
        : compileUpdates(dialect, table, some).map((statement) => counted(statement, some.length)),
    ),
    ...inserts.flatMap(({ table, rows: some }) =>
      some.length <= FEW_ROWS ? some.map((row) => rows.insert(table, row)) : compileInserts(dialect, table, some),
    ),
  ]
  return {
    statements: [...before, ...appends.statements],
    positions: (results) => appends.positions(results.slice(before.length)),
  }
}

function deleteStatements(dialect: Dialect, deletes: readonly RowDelete[]): readonly Statement[] {
  if (deletes.length === 0) return []
  const versioned = deletes.flatMap(({ table, id, expectedVersion }) => {
    if (expectedVersion === undefined) return []
    const { text, ...rest } = compileVersionedDelete(dialect, table, id, expectedVersion)
    return [{ ...rest, text: checked(`${text} RETURNING 1`, '1') }]
  })
  const free = byTable(deletes.filter(({ expectedVersion }) => expectedVersion === undefined))
  return [
    ...versioned,
    ...free.flatMap(([table, some]) => {
      const ids = some.map(({ id }) => id)
      return compileDeletes(dialect, table, ids)
    }),
  ]
}

/** A statement that gives the rows that it changes, which have to be so many. */
function counted({ text, values, table }: Statement, count: number): Statement {
  return { text: checked(text, `$${values.length + 1}::bigint`), values: [...values, count], gives: 'count', table }
}
