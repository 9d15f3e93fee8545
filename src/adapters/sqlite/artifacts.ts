import type { ClusterSchema, TableSchema } from '../../ports/table.ts'
import { NUMBERS, REGISTRY, registeredTables, registerTable, unregisterTable } from '../sql/framework-tables.ts'
import { MIGRATIONS } from '../sql/migrations/migration-log.ts'
import { dropTable, replaceTable } from '../sql/replace-table.ts'
import { createClusters, createTable, dropClusters, tablesOf } from '../sql/tables.ts'
import type { SqliteConnection } from './connection.ts'
import { CREATE_MESSAGES, DELETE_MESSAGES, DROP_MESSAGES, MESSAGES_TABLE } from './message-statements.ts'
import { sqliteWriter } from './schema-writer.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

/** Creates what is missing, within the connection's transaction. */
export function createArtifacts(connection: SqliteConnection, clusters: readonly ClusterSchema[]): void {
  execute(
    connection,
    [REGISTRY, NUMBERS].flatMap((table) => createTable(sqliteDialect, table, undefined)),
  )
  execute(connection, createClusters(sqliteDialect, clusters))
  for (const { name } of tablesOf(clusters)) connection.run(registerTable(sqliteDialect, name))
  createMessages(connection)
}

/** Drops what is there of these; with the last registered table, the framework's own too. */
export function dropArtifacts(connection: SqliteConnection, clusters: readonly ClusterSchema[]): void {
  dropMessages(connection)
  execute(connection, dropClusters(sqliteDialect, clusters))
  if (!hasTable(connection, REGISTRY.name)) return
  for (const table of tablesOf(clusters)) {
    connection.run(unregisterTable(sqliteDialect, table.name))
    for (const { name } of table.columns.filter((column) => column.generated === true)) forgetNumber(connection, `${table.name}.${name}`)
  }
  if (connection.run(registeredTables(sqliteDialect)).rows.length === 0) {
    execute(
      connection,
      dropClusters(
        sqliteDialect,
        [REGISTRY, NUMBERS, MIGRATIONS].map((table) => ({ table, children: [] })),
      ),
    )
  }
}

export function createOneTable(connection: SqliteConnection, table: TableSchema): void {
  execute(
    connection,
    [REGISTRY, NUMBERS, table].flatMap((one) => createTable(sqliteDialect, one, undefined)),
  )
  connection.run(registerTable(sqliteDialect, table.name))
}

export function dropOneTable(connection: SqliteConnection, table: TableSchema): void {
  execute(
    connection,
    [REGISTRY, NUMBERS].flatMap((one) => createTable(sqliteDialect, one, undefined)),
  )
  execute(connection, dropTable(sqliteDialect, table))
}

export function replaceOneTable(connection: SqliteConnection, table: TableSchema, by: TableSchema): void {
  execute(connection, replaceTable(sqliteDialect, table, by, sqliteWriter.renameIndex))
}

/** Empties every table that was created by `createArtifacts`, whatever process did, and no other. */
export function resetData(connection: SqliteConnection): void {
  if (hasTable(connection, REGISTRY.name)) {
    for (const { name } of connection.run(registeredTables(sqliteDialect)).rows) {
      if (hasTable(connection, name as string)) connection.exec(`DELETE FROM ${sqliteDialect.table(name as string)}`)
    }
    connection.exec(`DELETE FROM ${sqliteDialect.table(NUMBERS.name)}`)
  }
  deleteMessages(connection)
}

export function createMessages(connection: SqliteConnection): void {
  execute(connection, CREATE_MESSAGES)
}

export function dropMessages(connection: SqliteConnection): void {
  connection.exec(DROP_MESSAGES)
}

export function deleteMessages(connection: SqliteConnection): void {
  if (hasTable(connection, MESSAGES_TABLE)) connection.exec(DELETE_MESSAGES)
}

function forgetNumber(connection: SqliteConnection, counter: string): void {
  connection.run({ text: `DELETE FROM ${NUMBERS.name} WHERE "name" = ?`, values: [counter], gives: 'count' })
}

export function hasTable(connection: SqliteConnection, name: string): boolean {
  const text = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
  return connection.run({ text, values: [name], gives: 'rows' }).rows.length > 0
}

function execute(connection: SqliteConnection, statements: readonly string[]): void {
  for (const statement of statements) connection.exec(statement)
}
