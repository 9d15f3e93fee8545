import type { ColumnSchema, TableSchema } from '../../ports/table.ts'
import type { Dialect } from './dialect.ts'
import { NUMBERS, registeringText, unregisteringText } from './framework-tables.ts'
import type { GivenNumbers } from './number-rows.ts'
import { createIndexes } from './tables.ts'

/** What puts one table in the place of another, within a transaction. `renameIndex` as in a `SchemaWriter`. */
export function replaceTable(
  dialect: Dialect,
  table: TableSchema,
  by: TableSchema,
  renameIndex: (from: string, to: string, create: string) => readonly string[],
): readonly string[] {
  const before = [...createIndexes(dialect, by).keys()]
  const after = [...createIndexes(dialect, table)]
  return [
    `DROP TABLE IF EXISTS ${dialect.table(table.name)}`,
    `ALTER TABLE ${dialect.table(by.name)} RENAME TO ${dialect.identifier(table.name)}`,
    ...after.flatMap(([name, create], at) => renameIndex(before[at] ?? name, name, create)),
    unregisteringText(dialect, by.name),
    registeringText(dialect, table.name),
    ...generatedColumns(table).flatMap(({ name }) => [
      forgettingNumber(dialect, table, name),
      `UPDATE ${dialect.table(NUMBERS.name)} SET "name" = ${counter(dialect, table, name)} WHERE "name" = ${counter(dialect, by, name)}`,
    ]),
  ]
}

/** What drops a table, with what is kept about it. */
export function dropTable(dialect: Dialect, table: TableSchema): readonly string[] {
  const numbers = generatedColumns(table).map(({ name }) => forgettingNumber(dialect, table, name))
  return [`DROP TABLE IF EXISTS ${dialect.table(table.name)}`, unregisteringText(dialect, table.name), ...numbers]
}

/** A number that was given once for either table is not given again. */
export function carryNumbers(given: GivenNumbers, table: TableSchema, by: TableSchema): void {
  for (const { name } of generatedColumns(table)) {
    const highest = Math.max(given.get(`${table.name}.${name}`) ?? 0, given.get(`${by.name}.${name}`) ?? 0)
    if (highest > 0) given.set(`${table.name}.${name}`, highest)
    given.delete(`${by.name}.${name}`)
  }
}

function generatedColumns({ columns }: TableSchema): readonly ColumnSchema[] {
  return columns.filter(({ generated }) => generated === true)
}

function forgettingNumber(dialect: Dialect, table: TableSchema, column: string): string {
  return `DELETE FROM ${dialect.table(NUMBERS.name)} WHERE "name" = ${counter(dialect, table, column)}`
}

function counter(dialect: Dialect, table: TableSchema, column: string): string {
  return dialect.literal('text', `${table.name}.${column}`)
}
