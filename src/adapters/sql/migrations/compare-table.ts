import type { ColumnSchema, TableSchema } from '../../../ports/table.ts'
import type { Dialect } from '../dialect.ts'
import { isRequired } from '../tables.ts'
import type { IndexChanges } from './compare-indexes.ts'
import { compareIndexes } from './compare-indexes.ts'
import type { TableFacts } from './table-facts.ts'
import { withRenamedColumns } from './table-facts.ts'

/** How a table that is there differs from the one that the domain needs. */
export interface TableChange {
  readonly table: TableSchema
  readonly parent: TableSchema | undefined
  /** As it is once its columns are renamed. */
  readonly actual: TableFacts
  /** New name by the one that the column has. */
  readonly renamed: ReadonlyMap<string, string>
  readonly added: readonly ColumnSchema[]
  readonly retyped: readonly RetypedColumn[]
  /** Columns that are there and are to have a value in every row. */
  readonly required: readonly ColumnSchema[]
  /** Columns that may be null from now on: also those that are left over, which nobody fills any more. */
  readonly relaxed: readonly string[]
  /** Columns that the domain does not have. */
  readonly leftOver: readonly string[]
  /** Those of them that are to go. */
  readonly dropped: readonly string[]
  readonly lacksParentKey: boolean
  readonly hasOtherKey: boolean
  readonly indexes: IndexChanges
}

export interface RetypedColumn {
  readonly column: ColumnSchema
  readonly from: string
  readonly to: string
}

/** What table it is and hangs on. */
export interface PlacedTable {
  readonly table: TableSchema
  readonly parent: TableSchema | undefined
}

export function compareTable(dialect: Dialect, { table, parent }: PlacedTable, found: TableFacts, wanted: TableFacts): TableChange {
  const nameOf = ({ name }: ColumnSchema) => dialect.shortName(name)
  const renamed = renamedColumns(dialect, table, found, wanted)
  const actual = withRenamedColumns(found, renamed)
  const present = table.columns.flatMap((column) => {
    const is = actual.columns.get(nameOf(column))
    const shall = wanted.columns.get(nameOf(column))
    return is === undefined || shall === undefined ? [] : [{ column, is, shall }]
  })
  const leftOver = [...actual.columns.keys()].filter((name) => !wanted.columns.has(name))
  const abandoned = leftOver.filter((name) => actual.columns.get(name)?.required === true && !actual.primaryKey.includes(name))
  return {
    table,
    parent,
    actual,
    renamed,
    added: table.columns.filter((column) => !actual.columns.has(nameOf(column))),
    retyped: present
      .filter(({ is, shall }) => is.type !== shall.type)
      .map(({ column, is, shall }) => ({ column, from: is.type, to: shall.type })),
    required: present.filter(({ column, is }) => isRequired(table, column) && !is.required).map(({ column }) => column),
    relaxed: [
      ...present.filter(({ column, is }) => !isRequired(table, column) && is.required).map(({ column }) => nameOf(column)),
      ...abandoned,
    ],
    leftOver,
    dropped: [],
    lacksParentKey: wanted.foreignKeys.some(
      (key) => !actual.foreignKeys.some(({ column, table: target }) => key.column === column && key.table === target),
    ),
    hasOtherKey: actual.primaryKey.join() !== wanted.primaryKey.join(),
    indexes: compareIndexes(dialect, table, actual, wanted),
  }
}

/** A column that is missing under its name, but there under a former one that nothing else claims. */
function renamedColumns(dialect: Dialect, table: TableSchema, found: TableFacts, wanted: TableFacts): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>()
  for (const { name, formerNames = [] } of table.columns) {
    const now = dialect.shortName(name)
    if (found.columns.has(now)) continue
    const former = formerNames.map(dialect.shortName).find((one) => found.columns.has(one) && !wanted.columns.has(one) && !renamed.has(one))
    if (former !== undefined) renamed.set(former, now)
  }
  return renamed
}
