import type { TableSchema } from '../../ports/table.ts'
import type { Dialect } from './dialect.ts'
import type { Statement } from './statement.ts'
import { StatementBuilder } from './statement-builder.ts'

/** The tables that the adapter has created, in that order, so that a reset finds them whatever process asks for it, and touches nobody else's. */
export const REGISTRY: TableSchema = {
  name: 'protean_tables',
  element: 'Table registry',
  columns: [
    { name: 'name', type: 'text', required: true, field: 'name' },
    { name: 'place', type: 'integer', required: true, field: 'place' },
  ],
  primaryKey: 'name',
  uniques: [],
  indexes: [],
}

/** The highest number that each generated column has had. */
export const NUMBERS: TableSchema = {
  name: 'protean_numbers',
  element: 'Generated numbers',
  columns: [
    { name: 'name', type: 'text', required: true, field: 'name' },
    { name: 'value', type: 'integer', required: true, field: 'value' },
  ],
  primaryKey: 'name',
  uniques: [],
  indexes: [],
}

/** Notes a table as created, after all others; what is noted already stays. */
export function registerTable(dialect: Dialect, name: string): Statement {
  const builder = new StatementBuilder(dialect)
  const registry = dialect.table(REGISTRY.name)
  const values = `${builder.stored('text', name)}, (SELECT count(*) FROM ${registry})`
  return builder.writing(REGISTRY, `INSERT INTO ${registry} ("name", "place") VALUES (${values}) ON CONFLICT ("name") DO NOTHING`)
}

export function unregisterTable(dialect: Dialect, name: string): Statement {
  const builder = new StatementBuilder(dialect)
  return builder.writing(REGISTRY, `DELETE FROM ${dialect.table(REGISTRY.name)} WHERE "name" = ${builder.operand('text', name)}`)
}

/** The same as a text without parameters, for a script. */
export function registeringText(dialect: Dialect, name: string): string {
  const registry = dialect.table(REGISTRY.name)
  const values = `${dialect.literal('text', name)}, (SELECT count(*) FROM ${registry})`
  return `INSERT INTO ${registry} ("name", "place") VALUES (${values}) ON CONFLICT ("name") DO NOTHING`
}

export function unregisteringText(dialect: Dialect, name: string): string {
  return `DELETE FROM ${dialect.table(REGISTRY.name)} WHERE "name" = ${dialect.literal('text', name)}`
}

/** Lets the numbering of a generated column go on under its new name. */
export function renumberingText(dialect: Dialect, table: string, from: string, to: string): string {
  const [old, now] = [from, to].map((column) => dialect.literal('text', `${table}.${column}`))
  return `UPDATE ${dialect.table(NUMBERS.name)} SET "name" = ${now} WHERE "name" = ${old}`
}

/** Names of the tables created, the last first, so that children come before their parents. */
export function registeredTables(dialect: Dialect): Statement {
  return new StatementBuilder(dialect).reading(`SELECT "name" FROM ${dialect.table(REGISTRY.name)} ORDER BY "place" DESC, "name" DESC`)
}

/** Raises the number of a generated column to at least this, and gives what it is then. Nobody else gets to it before the transaction ends. */
export function raiseNumber(dialect: Dialect, name: string, atLeast: number): Statement {
  const builder = new StatementBuilder(dialect)
  const numbers = dialect.table(NUMBERS.name)
  const values = `${builder.stored('text', name)}, ${builder.stored('integer', atLeast)}`
  const highest = 'CASE WHEN n."value" < excluded."value" THEN excluded."value" ELSE n."value" END'
  return builder.reading(
    `INSERT INTO ${numbers} AS n ("name", "value") VALUES (${values}) ON CONFLICT ("name") DO UPDATE SET "value" = ${highest} RETURNING "value"`,
  )
}
