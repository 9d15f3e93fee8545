import type { ClusterSchema, ColumnSchema, IndexSchema, TableSchema, UniqueSchema } from '../../ports/table.ts'
import { columnOf } from './columns.ts'
import type { Dialect } from './dialect.ts'
import { indexPredicate } from './index-predicate.ts'

/** Every table of these clusters, parents before their children. */
export function tablesOf(clusters: readonly ClusterSchema[]): readonly TableSchema[] {
  return clusters.flatMap(({ table, children }) => [table, ...tablesOf(children)])
}

/** What creates a table and its indexes where they are missing; `parent` is the table that its rows hang on. */
export function createTable(dialect: Dialect, table: TableSchema, parent: TableSchema | undefined): readonly string[] {
  const lines = tableLines(dialect, table, parent).join(',\n  ')
  const create = `CREATE TABLE IF NOT EXISTS ${dialect.table(table.name)} (\n  ${lines}\n)${dialect.tableOptions}`
  return [create, ...createIndexes(dialect, table).values()]
}

/** What a table is made of, between the parentheses; `more` are columns that the domain does not know. */
export function tableLines(
  dialect: Dialect,
  table: TableSchema,
  parent: TableSchema | undefined,
  more: readonly string[] = [],
): readonly string[] {
  return [
    ...table.columns.map((column) => columnDefinition(dialect, column, isRequired(table, column))),
    ...more,
    `PRIMARY KEY (${dialect.identifier(table.primaryKey)})`,
    ...(parent === undefined ? [] : parentKey(dialect, table, parent)),
  ]
}

/** The foreign key of a child's table. */
export function parentKey(dialect: Dialect, table: TableSchema, parent: TableSchema): readonly string[] {
  if (table.parent === undefined) return []
  const target = `${dialect.table(parent.name)} (${dialect.identifier(parent.primaryKey)})`
  const name = dialect.identifier(`fk_${table.name}_${table.parent.column}`)
  return [`CONSTRAINT ${name} FOREIGN KEY (${dialect.identifier(table.parent.column)}) REFERENCES ${target} ON DELETE CASCADE`]
}

export function columnDefinition(dialect: Dialect, column: ColumnSchema, required: boolean): string {
  return `${dialect.identifier(column.name)} ${dialect.columnType(column)}${required ? ' NOT NULL' : ''}`
}

export function isRequired(table: TableSchema, column: ColumnSchema): boolean {
  return column.required || column.name === table.primaryKey
}

/** What creates clusters, parents before their children. */
export function createClusters(dialect: Dialect, clusters: readonly ClusterSchema[], parent?: TableSchema): readonly string[] {
  return clusters.flatMap(({ table, children }) => [...createTable(dialect, table, parent), ...createClusters(dialect, children, table)])
}

/** What drops clusters, children before their parents. */
export function dropClusters(dialect: Dialect, clusters: readonly ClusterSchema[]): readonly string[] {
  return [...tablesOf(clusters)].reverse().map((table) => `DROP TABLE IF EXISTS ${dialect.table(table.name)}`)
}

/** What creates the indexes of a table, by the names that the database has for them: unique ones, that on a child's parent, declared ones. */
export function createIndexes(dialect: Dialect, table: TableSchema): ReadonlyMap<string, string> {
  const named = ({ name }: { readonly name: string }, sql: string) => [dialect.shortName(name), sql] as const
  const indexes = [...(table.parent === undefined ? [] : [parentIndex(table)]), ...table.indexes]
  return new Map([
    ...table.uniques.map((unique) => named(unique, createUnique(dialect, table, unique))),
    ...indexes.map((index) => named(index, createIndex(dialect, table, index))),
  ])
}

/** A unique constraint is an index, so that one can be added to a table that is there, and can be about some rows only. */
function createUnique(dialect: Dialect, table: TableSchema, { columns, descending = [], include = [], ...rest }: UniqueSchema): string {
  const directed = columns.map((name) => ({ name, descending: descending.includes(name) }))
  return createIndex(dialect, table, { ...rest, columns: directed, include }, true)
}

function createIndex(dialect: Dialect, table: TableSchema, index: IndexSchema, unique = false): string {
  const columns = index.columns.map(({ name, descending }) => `${indexedColumn(dialect, table, name)}${descending ? ' DESC' : ''}`)
  const where = index.where === undefined ? '' : ` WHERE ${indexPredicate(dialect, table, index.where)}`
  const target = `${dialect.identifier(index.name)} ON ${dialect.table(table.name)}`
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX IF NOT EXISTS ${target} ${dialect.indexColumns(columns, index.include, unique)}${where}`
}

function parentIndex(table: TableSchema): IndexSchema {
  const names = [table.parent?.column ?? '', table.parent?.orderColumn ?? '']
  return { name: `ix_${table.name}_${names[0]}`, columns: names.map((name) => ({ name, descending: false })), include: [] }
}

function indexedColumn(dialect: Dialect, table: TableSchema, name: string): string {
  return dialect.indexed(columnOf(table, name).type, dialect.identifier(name))
}
