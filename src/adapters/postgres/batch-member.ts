import type { ChangeSet } from '../../ports/change-set.ts'
import type { TableSchema } from '../../ports/table.ts'
import type { AppendTargets } from './append-targets.ts'
import { targetsOf } from './append-targets.ts'

/** Larger change sets go by themselves: sending them takes so long that nobody should have to wait for it. */
const MAX_CHANGES = 100

/** What is appended where, when a change set can go to the server in one statement with those of others; undefined when it has to go by itself. */
export function batchable({ deletes, updates, inserts, appends }: ChangeSet): AppendTargets | undefined {
  // What a delete frees, with all the rows that go with it, others in the batch could take before their turn.
  if (deletes.length > 0) return undefined
  let count = updates.length
  for (const { table, rows } of inserts) {
    count += rows.length
    if (rows.length > 0 && table.columns.some(({ generated }) => generated === true)) return undefined
  }
  for (const { messages } of appends) count += messages.length
  return count > MAX_CHANGES ? undefined : targetsOf(appends)
}

/** Everything that a change set without deletes writes, or finds written. Two that have something in common cannot go in one batch. */
export function touchedBy({ updates, inserts, appends }: ChangeSet): readonly string[] {
  const touched: string[] = []
  const touch = (table: TableSchema, row: ChangeSet['updates'][number]['row']) => {
    touched.push(`${table.name} ${row[table.primaryKey]}`)
    if (table.parent !== undefined) touched.push(`${table.parent.table} ${row[table.parent.column]}`)
  }
  for (const { table, row } of updates) touch(table, row)
  for (const { table, rows } of inserts) for (const row of rows) touch(table, row)
  for (const { stream, messages } of appends) if (messages.length > 0) touched.push(`\n${stream}`)
  return touched
}
