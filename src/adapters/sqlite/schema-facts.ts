import type { PlacedTable } from '../sql/migrations/compare-table.ts'
import type { ForeignKeyFacts, SchemaFacts, TableFacts } from '../sql/migrations/table-facts.ts'
import type { DriverRow } from '../sql/statement.ts'
import { createIndexes, isRequired } from '../sql/tables.ts'
import type { SqliteConnection } from './connection.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

const TABLES = "FROM sqlite_schema AS m JOIN %(m.name) AS c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
const COLUMNS = `SELECT m.name AS "table", c.name, c.type, c."notnull" AS required, c.pk ${TABLES.replace('%', 'pragma_table_xinfo')} ORDER BY m.name, c.cid`
const FOREIGN_KEYS = `SELECT m.name AS "owner", c."from" AS "column", c."table", c."to" AS target ${TABLES.replace('%', 'pragma_foreign_key_list')}`
const INDEXES = `SELECT name, tbl_name AS "table", sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`

const NAME = '(?:"(?:[^"]|"")*"|\\w+)'
const CREATE_INDEX = new RegExp(`^CREATE (UNIQUE )?INDEX (?:IF NOT EXISTS )?${NAME} ON ${NAME}\\s*(.*)$`, 's')

/** The tables that are there. */
export function actualFacts(connection: SqliteConnection): SchemaFacts {
  const [columns, keys, indexes] = [COLUMNS, FOREIGN_KEYS, INDEXES].map((text) => connection.run({ text, values: [], gives: 'rows' }).rows)
  return new Map(
    [...new Set(columns?.map(({ table }) => table as string))].map((table) => [
      table,
      factsOf(
        (columns ?? []).filter((row) => row.table === table),
        (keys ?? []).filter((row) => row.owner === table),
        (indexes ?? []).filter((row) => row.table === table),
      ),
    ]),
  )
}

/** What `actualFacts` would say of these tables. */
export function wantedFacts(tables: readonly PlacedTable[]): SchemaFacts {
  return new Map(
    tables.map(({ table, parent }): [string, TableFacts] => [
      table.name,
      {
        columns: new Map(
          table.columns.map((column) => [column.name, { type: sqliteDialect.columnType(column), required: isRequired(table, column) }]),
        ),
        primaryKey: [table.primaryKey],
        foreignKeys:
          table.parent === undefined || parent === undefined
            ? []
            : [{ column: table.parent.column, table: parent.name, target: parent.primaryKey }],
        indexes: new Map([...createIndexes(sqliteDialect, table)].map(([name, sql]) => [name, definitionIn(sql)])),
      },
    ]),
  )
}

/** What creates an index again that `actualFacts` has told of. */
export function definedIndex(name: string, table: string, definition: string): string {
  const [, unique = '', rest = ''] = /^(UNIQUE )?(.*)$/s.exec(definition) ?? []
  return `CREATE ${unique}INDEX ${sqliteDialect.identifier(name)} ON ${sqliteDialect.identifier(table)} ${rest}`
}

/** What a `CREATE INDEX` says but for names: whether it is unique, on what columns, of which rows. */
function definitionIn(sql: string): string {
  const [, unique = '', rest = sql] = CREATE_INDEX.exec(sql) ?? []
  return `${unique}${rest}`
}

function factsOf(columns: readonly DriverRow[], keys: readonly DriverRow[], indexes: readonly DriverRow[]): TableFacts {
  return {
    columns: new Map(columns.map(({ name, type, required }) => [name as string, { type: String(type), required: required === 1 }])),
    primaryKey: columns
      .filter(({ pk }) => pk !== 0)
      .sort((one, other) => Number(one.pk) - Number(other.pk))
      .map(({ name }) => name as string),
    foreignKeys: keys.map(({ column, table, target }) => ({ column, table, target }) as ForeignKeyFacts),
    indexes: new Map(indexes.map(({ name, sql }) => [name as string, definitionIn(sql as string)])),
  }
}
