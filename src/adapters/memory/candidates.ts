import type { Criteria } from '../../ports/criteria.ts'
import type { ColumnValue, Row } from '../../ports/table.ts'
import type { TableReads } from './table-reads.ts'
import { valueKey } from './value-key.ts'

/** Rows among which are all that meet the criteria: found by primary key, unique values or parent where the criteria ask for those, else all there are. */
export function candidates(table: TableReads, where: Criteria): Iterable<Row> {
  const wanted = new Map<string, readonly ColumnValue[]>()
  collectWanted(where, wanted)
  const ids = wanted.size === 0 ? undefined : indexedIds(table, wanted)
  return ids === undefined ? table.rows() : rowsOf(table, ids)
}

/** Notes, for columns that every matching row must have one of certain values in, which those are. */
function collectWanted(where: Criteria, wanted: Map<string, readonly ColumnValue[]>): void {
  if (where.op === 'and') for (const term of where.terms) collectWanted(term, wanted)
  else if (where.op === 'compare' && where.lookup === 'eq') wanted.set(where.column, [where.value as ColumnValue])
  else if (where.op === 'compare' && where.lookup === 'in' && !wanted.has(where.column))
    wanted.set(where.column, where.value as readonly ColumnValue[])
}

function indexedIds(table: TableReads, wanted: ReadonlyMap<string, readonly ColumnValue[]>): ReadonlySet<string> | undefined {
  const { layout } = table
  const { schema } = layout
  const keys = wanted.get(schema.primaryKey)
  if (keys !== undefined) return new Set(keys.map(String))
  for (const [at, unique] of schema.uniques.entries()) {
    // One that is about some rows only does not know the others.
    if (unique.where !== undefined) continue
    const [first = '', ...rest] = unique.columns
    const values = wanted.get(first)
    if (values === undefined) continue
    if (rest.length === 0)
      return new Set(values.flatMap((value) => (value === null ? [] : table.idsByUnique(at, valueKey(layout.column(first).type, value)))))
    const row = singleValues(unique.columns, wanted)
    const key = row === undefined ? undefined : layout.uniqueKey(unique, row)
    if (key !== undefined) return new Set(table.idsByUnique(at, key))
  }
  const parents = schema.parent === undefined ? undefined : wanted.get(schema.parent.column)
  return parents === undefined ? undefined : new Set(parents.flatMap((parent) => [...table.childIds(String(parent))]))
}

function singleValues(columns: readonly string[], wanted: ReadonlyMap<string, readonly ColumnValue[]>): Row | undefined {
  const row: Record<string, ColumnValue> = {}
  for (const column of columns) {
    const values = wanted.get(column)
    if (values?.length !== 1 || values[0] === undefined) return undefined
    row[column] = values[0]
  }
  return row
}

function* rowsOf(table: TableReads, ids: Iterable<string>): Iterable<Row> {
  for (const id of ids) {
    const row = table.get(id)
    if (row !== undefined) yield row
  }
}
