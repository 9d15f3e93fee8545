import type { ChangeSet, RowDelete, RowUpdate } from '../../ports/change-set.ts'
import { columnOf, keyValue } from '../sql/columns.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { Statement } from '../sql/statement.ts'
import { byTable } from './by-table.ts'

/**
 * What locks the rows of a change set that have versions. They stand for all that belongs to them: where others would be locked before them, or several at once in
 * no certain order, two change sets could wait for each other, and the database would refuse one of them only after a second. So these are locked first,
 * everywhere in the same order, unless there is but one change.
 */
export function rowLocks(dialect: Dialect, { deletes, updates }: Pick<ChangeSet, 'deletes' | 'updates'>): readonly Statement[] {
  const versioned = [...deletes, ...updates].filter(({ expectedVersion }) => expectedVersion !== undefined)
  if (versioned.length === 0 || deletes.length + updates.length === 1) return []
  return byTable([...versioned].sort(inLockOrder)).map(([table, some]) => {
    const key = columnOf(table, table.primaryKey)
    const name = dialect.identifier(key.name)
    const keys = some.map(({ id }) => keyValue(table, id)).filter((id) => id !== undefined)
    const values = [keys.map((id) => dialect.encode(key.type, id))]
    const text = `SELECT 1 FROM ${dialect.table(table.name)} WHERE ${name} = ANY($1::${dialect.arrayType(key.type)}) ORDER BY ${name} FOR NO KEY UPDATE`
    return { text, values, gives: 'count' }
  })
}

/** Those with versions first, and all by table and id. */
export function inLockOrder(left: RowDelete | RowUpdate, right: RowDelete | RowUpdate): number {
  const byVersion = Number(left.expectedVersion === undefined) - Number(right.expectedVersion === undefined)
  return byVersion || compare(left.table.name, right.table.name) || compare(left.id, right.id)
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
