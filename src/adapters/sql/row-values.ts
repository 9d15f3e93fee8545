import type { ColumnValue, Row, TableSchema } from '../../ports/table.ts'
import { qualified, ROOT_ALIAS } from './columns.ts'
import type { Dialect } from './dialect.ts'
import type { DriverRow } from './statement.ts'

/** All columns of a table, as `SELECT` and `decodeRow` have them. */
export function selectedColumns(dialect: Dialect, table: TableSchema): string {
  return table.columns.map(({ name }) => qualified(dialect, ROOT_ALIAS, name)).join(', ')
}

/** The row as the port has it. */
export function decodeRow(dialect: Dialect, table: TableSchema, stored: DriverRow): Row {
  const row: Record<string, ColumnValue> = {}
  for (const { name, type } of table.columns) {
    const value = stored[dialect.shortName(name)]
    row[name] = value === null || value === undefined ? null : dialect.decode(type, value)
  }
  return row
}

/** The row's primary key as the ports give ids. */
export function idOf(table: TableSchema, row: Row): string {
  return String(row[table.primaryKey])
}
