import type { ChangeSet, RowUpdate } from '../../ports/change-set.ts'
import type { Row, TableSchema } from '../../ports/table.ts'
import type { Statement, StatementResult } from '../sql/statement.ts'
import { appendStatements, positionsIn } from './append-plan.ts'
import type { AppendTargets } from './append-targets.ts'
import type { BatchStatements } from './batch-statements.ts'
import { BATCH_SETTINGS } from './batch-statements.ts'
import { byTable } from './by-table.ts'
import { inLockOrder } from './row-locks.ts'
import type { RowStatements } from './row-statements.ts'

export interface BatchMember {
  readonly changes: ChangeSet
  readonly targets: AppendTargets
}

export interface BatchPlan {
  readonly statements: readonly Statement[]
  /** The last position of each stream, from the results of these statements. */
  positions(results: readonly StatementResult[]): ReadonlyMap<string, number>
}

/**
 * Change sets that have nothing in common, and delete nothing, as one: a statement for each table and kind of change, and one for all streams. It is as if one had
 * come after the other, or it fails. Rows come before streams and all of them in the order in which every change set locks them.
 */
export function planBatch(rows: RowStatements, batches: BatchStatements, members: readonly BatchMember[]): BatchPlan {
  const updates = members.flatMap(({ changes }) => changes.updates)
  const statements: Statement[] = [BATCH_SETTINGS]
  for (const [table, some] of updatesInOrder(updates)) statements.push(batches.update(table, some))
  for (const [table, some] of insertsInOrder(members)) {
    const [first] = some
    statements.push(some.length === 1 && first !== undefined ? rows.insert(table, first) : batches.insert(table, some))
  }
  const targets: AppendTargets = new Map(members.flatMap((member) => [...member.targets]))
  if (targets.size > 0) statements.push(...appendStatements(targets))
  return { statements, positions: (results) => (targets.size === 0 ? new Map() : positionsIn(targets, results.at(-1))) }
}

function updatesInOrder(updates: RowUpdate[]): readonly (readonly [TableSchema, readonly RowUpdate[]])[] {
  return updates.length === 0 ? [] : byTable(updates.sort(inLockOrder))
}

/** Parents before their children, whoever inserts them. */
function insertsInOrder(members: readonly BatchMember[]): readonly (readonly [TableSchema, readonly Row[]])[] {
  const rows = new Map<TableSchema, Row[]>()
  const byName = new Map<string, TableSchema>()
  for (const { changes } of members) {
    for (const { table, rows: some } of changes.inserts) {
      if (some.length === 0) continue
      const all = rows.get(table)
      if (all === undefined) rows.set(table, [...some])
      else all.push(...some)
      byName.set(table.name, table)
    }
  }
  if (rows.size < 2) return [...rows]
  const depthOf = (table: TableSchema): number => {
    const parent = table.parent === undefined ? undefined : byName.get(table.parent.table)
    return parent === undefined ? 0 : 1 + depthOf(parent)
  }
  const depths = [...rows].map((entry) => ({ entry, depth: depthOf(entry[0]) }))
  return depths.sort((left, right) => left.depth - right.depth).map(({ entry }) => entry)
}
