import { IncorrectUsageError } from '../../errors.ts'
import { isStorableText } from '../../ports/storable.ts'
import type { ColumnSchema, ColumnValue, TableSchema } from '../../ports/table.ts'
import type { Dialect } from './dialect.ts'

/** What statements call the table that they are about. */
export const ROOT_ALIAS = 't'

export function columnOf(table: TableSchema, name: string): ColumnSchema {
  const column = table.columns.find((one) => one.name === name)
  if (column !== undefined) return column
  throw new IncorrectUsageError(`${table.element} has no column "${name}": it has ${table.columns.map((one) => one.name).join(', ')}.`, {
    code: 'UNKNOWN_COLUMN',
  })
}

export function qualified(dialect: Dialect, alias: string, column: string): string {
  return `${alias}.${dialect.identifier(column)}`
}

/** A column as it is compared and ordered by. */
export function comparableColumn(dialect: Dialect, alias: string, column: ColumnSchema): string {
  return dialect.comparable(column.type, qualified(dialect, alias, column.name))
}

/** The primary key that an id given as text stands for; undefined when no row can have it. */
export function keyValue(table: TableSchema, id: string): ColumnValue | undefined {
  const { type } = columnOf(table, table.primaryKey)
  if (type !== 'integer') return isStorableText(id) ? id : undefined
  return Number.isSafeInteger(Number(id)) && String(Number(id)) === id ? Number(id) : undefined
}
