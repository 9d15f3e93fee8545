import type { ChangeSet } from '../../../src/ports/change-set.ts'
import type { Row, TableSchema } from '../../../src/ports/table.ts'

/** Rows by table and primary key. */
export type NaiveState = ReadonlyMap<string, ReadonlyMap<string, Row>>

/** A change set that the port does not allow. */
export class Refusal extends Error {}

/** Says by the letter of the port what a change set makes of some rows: copies everything, checks everything. */
export function naivelyCommitted(tables: readonly TableSchema[], state: NaiveState, changes: ChangeSet): NaiveState {
  const next = new Map(tables.map(({ name }) => [name, new Map(state.get(name))]))
  const rowsOf = (name: string) => next.get(name)!
  const remove = (table: TableSchema, id: string) => {
    rowsOf(table.name).delete(id)
    for (const child of tables.filter(({ parent }) => parent?.table === table.name)) {
      for (const [childId, row] of [...rowsOf(child.name)]) if (row[child.parent!.column] === id) remove(child, childId)
    }
  }
  const check = ({ table, id, expectedVersion }: { table: TableSchema; id: string; expectedVersion?: number | undefined }) => {
    const row = rowsOf(table.name).get(id)
    if (expectedVersion !== undefined && row?.[table.versionColumn!] !== expectedVersion) throw new Refusal('EXPECTED_VERSION')
    return row
  }
  const put = (table: TableSchema, row: Row) => {
    const id = String(row[table.primaryKey])
    if (table.parent !== undefined && !rowsOf(table.parent.table).has(String(row[table.parent.column])))
      throw new Refusal('PARENT_NOT_FOUND')
    for (const { columns } of table.uniques) {
      for (const [otherId, other] of rowsOf(table.name)) {
        if (otherId !== id && columns.every((column) => row[column] !== null && row[column] === other[column]))
          throw new Refusal('UNIQUE_VIOLATION')
      }
    }
    rowsOf(table.name).set(id, row)
  }

  for (const change of changes.deletes) if (check(change) !== undefined) remove(change.table, change.id)
  for (const change of changes.updates) {
    if (check(change) === undefined) throw new Refusal('ROW_NOT_FOUND')
    put(change.table, change.row)
  }
  for (const { table, rows } of changes.inserts) {
    for (const row of rows) {
      if (rowsOf(table.name).has(String(row[table.primaryKey]))) throw new Refusal('UNIQUE_VIOLATION')
      put(table, row)
    }
  }
  return next
}
