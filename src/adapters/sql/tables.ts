import type { ClusterSchema, ColumnSchema, IndexSchema, TableSchema, UniqueSchema } from '../../ports/table.ts'
import { columnOf } from './columns.ts'
import type { Dialect } from './dialect.ts'

/** Every table of these clusters, parents before their children. */
export function tablesOf(clusters: readonly ClusterSchema[]): readonly TableSchema[] {
  return clusters.flatMap(({ table, children }) => [table, ...tablesOf(children)])
}

/** What creates a table and its indexes where they are missing; `parent` is the table that its rows hang on. */
export function createTable(dialect: Dialect, table: TableSchema, parent: TableSchema | undefined): readonly string[] {
  const lines = table.columns.map((column) => columnDefinition(dialect, column, table))
  lines.push(`PRIMARY KEY (${dialect.identifier(table.primaryKey)})`)
  if (table.parent !== undefined && parent !== undefined) {
    const target = `${dialect.table(parent.name)} (${dialect.identifier(parent.primaryKey)})`
    lines.push(
      `CONSTRAINT ${dialect.identifier(parentConstraint(table))} FOREIGN KEY (${dialect.identifier(table.parent.column)}) REFERENCES ${target} ON DELETE CASCADE`,
    )
  }
  return [
    `CREATE TABLE IF NOT EXISTS ${dialect.table(table.name)} (\n  ${lines.join(',\n  ')}\n)${dialect.tableOptions}`,
    ...createIndexes(dialect, table),
  ]
}

/** What creates clusters, parents before their children. */
export function createClusters(dialect: Dialect, clusters: readonly ClusterSchema[], parent?: TableSchema): readonly string[] {
  return clusters.flatMap(({ table, children }) => [...createTable(dialect, table, parent), ...createClusters(dialect, children, table)])
}

/** What drops clusters, children before their parents. */
export function dropClusters(dialect: Dialect, clusters: readonly ClusterSchema[]): readonly string[] {
  return [...tablesOf(clusters)].reverse().map((table) => `DROP TABLE IF EXISTS ${dialect.table(table.name)}`)
}

/** Name of the foreign key of a child's table. */
function parentConstraint(table: TableSchema): string {
  return `fk_${table.name}_${table.parent?.column ?? ''}`
}

function columnDefinition(dialect: Dialect, column: ColumnSchema, table: TableSchema): string {
  const required = column.required || column.name === table.primaryKey
  return `${dialect.identifier(column.name)} ${dialect.columnType(column)}${required ? ' NOT NULL' : ''}`
}

/** The indexes of a table: unique ones, that on a child's parent, declared ones. */
function createIndexes(dialect: Dialect, table: TableSchema): readonly string[] {
  return [
    ...table.uniques.map((unique) => createUnique(dialect, table, unique)),
    ...(table.parent === undefined ? [] : [createIndex(dialect, table, parentIndex(table))]),
    ...table.indexes.map((index) => createIndex(dialect, table, index)),
  ]
}

/** A unique constraint is an index, so that one can be added to a table that is there. */
function createUnique(dialect: Dialect, table: TableSchema, unique: UniqueSchema): string {
  const columns = unique.columns.map((name) => indexedColumn(dialect, table, name)).join(', ')
  return `CREATE UNIQUE INDEX IF NOT EXISTS ${dialect.identifier(unique.name)} ON ${dialect.table(table.name)} (${columns})`
}

function createIndex(dialect: Dialect, table: TableSchema, index: IndexSchema): string {
  const columns = index.columns.map(({ name, descending }) => `${indexedColumn(dialect, table, name)}${descending ? ' DESC' : ''}`)
  return `CREATE INDEX IF NOT EXISTS ${dialect.identifier(index.name)} ON ${dialect.table(table.name)} ${dialect.indexColumns(columns, index.include)}`
}

function parentIndex(table: TableSchema): IndexSchema {
  const names = [table.parent?.column ?? '', table.parent?.orderColumn ?? '']
  return { name: `ix_${table.name}_${names[0]}`, columns: names.map((name) => ({ name, descending: false })), include: [] }
}

function indexedColumn(dialect: Dialect, table: TableSchema, name: string): string {
  return dialect.indexed(columnOf(table, name).type, dialect.identifier(name))
}
