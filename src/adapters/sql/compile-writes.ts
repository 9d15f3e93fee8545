import type { RowUpdate } from '../../ports/change-set.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { ColumnSchema, ColumnValue, Row, TableSchema } from '../../ports/table.ts'
import { columnOf, comparableColumn, keyValue, qualified, ROOT_ALIAS } from './columns.ts'
import { compileWhere } from './compile-select.ts'
import type { Dialect } from './dialect.ts'
import type { DriverScalar, Statement } from './statement.ts'
import { StatementBuilder } from './statement-builder.ts'

const VALUES_ALIAS = 'v'

/** Inserts rows, in order: one statement for all, or one for each, as the dialect has it. Generated columns have their numbers already. */
export function compileInserts(dialect: Dialect, table: TableSchema, rows: readonly Row[]): readonly Statement[] {
  if (rows.length === 0) return []
  const names = table.columns.map(({ name }) => dialect.identifier(name)).join(', ')
  const into = `INSERT INTO ${dialect.table(table.name)} (${names})`
  if (dialect.arrays) {
    const builder = new StatementBuilder(dialect)
    const values = unnested(builder, table.columns, rows)
    return [builder.writing(table, `${into} SELECT ${VALUES_ALIAS}.* FROM ${values} AS ${VALUES_ALIAS} (${names})`)]
  }
  return rows.map((row) => {
    const builder = new StatementBuilder(dialect)
    const values = table.columns.map(({ name, type }) => builder.stored(type, row[name] ?? null)).join(', ')
    return builder.writing(table, `${into} VALUES (${values})`)
  })
}

/**
 * Replaces rows of one table, each only at its expected version where it has one. One statement for all, which gives the keys of those that it has changed,
 * or one for each, which gives the count, as the dialect has it. A row that is stale or not there is left out.
 */
export function compileUpdates(dialect: Dialect, table: TableSchema, updates: readonly RowUpdate[]): readonly Statement[] {
  const columns = table.columns.filter(({ name }) => name !== table.primaryKey)
  const key = columnOf(table, table.primaryKey)
  // A table of nothing but keys has nothing to set, but the row still has to be there.
  const set = columns.length === 0 ? [key] : columns
  return dialect.arrays
    ? [updateTogether(dialect, table, updates, set, key)]
    : updates.map((one) => updateOne(dialect, table, one, set, key))
}

/** Deletes rows by id whatever their version. */
export function compileDeletes(dialect: Dialect, table: TableSchema, ids: readonly string[]): readonly Statement[] {
  const keys = ids.map((id) => keyValue(table, id)).filter((key) => key !== undefined)
  if (keys.length === 0) return []
  const builder = new StatementBuilder(dialect)
  const key = columnOf(table, table.primaryKey)
  const condition = dialect.oneOf(builder.bind, key.type, comparableColumn(dialect, ROOT_ALIAS, key), keys)
  return [builder.writing(table, `DELETE FROM ${dialect.table(table.name)} AS ${ROOT_ALIAS} WHERE ${condition}`)]
}

/** Deletes a row if its version is the expected one. */
export function compileVersionedDelete(dialect: Dialect, table: TableSchema, id: string, expectedVersion: number): Statement {
  const builder = new StatementBuilder(dialect)
  const where = keyAndVersion(builder, table, id, expectedVersion)
  return builder.writing(table, `DELETE FROM ${dialect.table(table.name)} AS ${ROOT_ALIAS} WHERE ${where}`)
}

/** Keys and, where the table has them, versions of those of the rows that are there. */
export function compileVersions(dialect: Dialect, table: TableSchema, ids: readonly string[]): Statement {
  const builder = new StatementBuilder(dialect)
  const key = columnOf(table, table.primaryKey)
  const names = table.versionColumn === undefined ? [table.primaryKey] : [table.primaryKey, table.versionColumn]
  const columns = names.map((name) => qualified(dialect, ROOT_ALIAS, name)).join(', ')
  const keys = ids.map((id) => keyValue(table, id)).filter((one) => one !== undefined)
  const condition = keys.length === 0 ? '1 = 0' : dialect.oneOf(builder.bind, key.type, comparableColumn(dialect, ROOT_ALIAS, key), keys)
  return builder.reading(`SELECT ${columns} FROM ${dialect.table(table.name)} AS ${ROOT_ALIAS} WHERE ${condition}`)
}

/** Sets some columns of all rows that meet criteria. There is one value at least. */
export function compileUpdateWhere(dialect: Dialect, table: TableSchema, where: Criteria, values: Row): Statement {
  const builder = new StatementBuilder(dialect)
  const set = Object.entries(values).map(
    ([name, value]) => `${dialect.identifier(name)} = ${builder.stored(columnOf(table, name).type, value ?? null)}`,
  )
  const { versionColumn } = table
  if (versionColumn !== undefined && !(versionColumn in values))
    set.push(`${dialect.identifier(versionColumn)} = ${qualified(dialect, ROOT_ALIAS, versionColumn)} + 1`)
  const text = `UPDATE ${dialect.table(table.name)} AS ${ROOT_ALIAS} SET ${set.join(', ')}`
  return builder.writing(table, text + compileWhere(builder, table, where))
}

export function compileDeleteWhere(dialect: Dialect, table: TableSchema, where: Criteria): Statement {
  const builder = new StatementBuilder(dialect)
  const text = `DELETE FROM ${dialect.table(table.name)} AS ${ROOT_ALIAS}`
  return builder.writing(table, text + compileWhere(builder, table, where))
}

function updateOne(dialect: Dialect, table: TableSchema, update: RowUpdate, set: readonly ColumnSchema[], key: ColumnSchema): Statement {
  const builder = new StatementBuilder(dialect)
  const assignments = set.map(({ name, type }) => `${dialect.identifier(name)} = ${builder.stored(type, update.row[name] ?? null)}`)
  const where =
    update.expectedVersion === undefined
      ? `${comparableColumn(dialect, ROOT_ALIAS, key)} = ${keyOperand(builder, table, update.id)}`
      : keyAndVersion(builder, table, update.id, update.expectedVersion)
  return builder.writing(table, `UPDATE ${dialect.table(table.name)} AS ${ROOT_ALIAS} SET ${assignments.join(', ')} WHERE ${where}`)
}

function updateTogether(
  dialect: Dialect,
  table: TableSchema,
  updates: readonly RowUpdate[],
  set: readonly ColumnSchema[],
  key: ColumnSchema,
): Statement {
  const builder = new StatementBuilder(dialect)
  const rows = updates.map(({ row }) => row)
  const columns = set.includes(key) ? set : [key, ...set]
  const names = columns.map(({ name }) => dialect.identifier(name))
  const expected = `${builder.bind(updates.map(({ expectedVersion }) => expectedVersion ?? null))}::${dialect.arrayType('integer')}`
  const values = unnested(builder, columns, rows, expected)
  const assignments = set.map(({ name }) => `${dialect.identifier(name)} = ${qualified(dialect, VALUES_ALIAS, name)}`)
  const version =
    table.versionColumn === undefined
      ? ''
      : ` AND (${VALUES_ALIAS}.expected IS NULL OR ${qualified(dialect, ROOT_ALIAS, table.versionColumn)} = ${VALUES_ALIAS}.expected)`
  const from = `FROM ${values} AS ${VALUES_ALIAS} (expected, ${names.join(', ')})`
  const match = `${qualified(dialect, ROOT_ALIAS, key.name)} = ${qualified(dialect, VALUES_ALIAS, key.name)}`
  const text = `UPDATE ${dialect.table(table.name)} AS ${ROOT_ALIAS} SET ${assignments.join(', ')} ${from} WHERE ${match}${version}`
  return builder.changing(table, `${text} RETURNING ${qualified(dialect, ROOT_ALIAS, key.name)}`)
}

function keyAndVersion(builder: StatementBuilder, table: TableSchema, id: string, expectedVersion: number): string {
  const { dialect } = builder
  const key = columnOf(table, table.primaryKey)
  const version = columnOf(table, table.versionColumn ?? '')
  const keyMatches = `${comparableColumn(dialect, ROOT_ALIAS, key)} = ${keyOperand(builder, table, id)}`
  return `${keyMatches} AND ${comparableColumn(dialect, ROOT_ALIAS, version)} = ${builder.operand(version.type, expectedVersion)}`
}

/** An id that no row can have is compared as null, which equals nothing. */
function keyOperand(builder: StatementBuilder, table: TableSchema, id: string): string {
  const value = keyValue(table, id)
  return value === undefined ? 'NULL' : builder.operand(columnOf(table, table.primaryKey).type, value)
}

/** `unnest` of one array for each column. */
function unnested(builder: StatementBuilder, columns: readonly ColumnSchema[], rows: readonly Row[], ...first: readonly string[]): string {
  const { dialect } = builder
  const arrays = columns.map(({ name, type }) => {
    const values = rows.map((row): DriverScalar => encoded(dialect, type, row[name]))
    return `${builder.bind(values)}::${dialect.arrayType(type)}`
  })
  return `unnest(${[...first, ...arrays].join(', ')})`
}

function encoded(dialect: Dialect, type: ColumnSchema['type'], value: ColumnValue | undefined): DriverScalar {
  return value === null || value === undefined ? null : dialect.encode(type, value)
}
