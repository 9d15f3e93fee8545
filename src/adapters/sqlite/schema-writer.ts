import type { SchemaChange } from '../../ports/schema-tools.ts'
import type { ColumnSchema } from '../../ports/table.ts'
import type { TableChange } from '../sql/migrations/compare-table.ts'
import type { SchemaWriter } from '../sql/migrations/schema-writer.ts'
import { columnDefinition, isRequired, tableLines } from '../sql/tables.ts'
import { CREATE_MESSAGES, MESSAGES_TABLE } from './message-statements.ts'
import { definedIndex } from './schema-facts.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

const { identifier, columnType, literal, tableOptions } = sqliteDialect

/** A whole number is written in text as it is in decimal, and SQLite keeps it exactly as a floating-point number where JavaScript does. */
const WIDER: Readonly<Record<string, readonly string[]>> = { INTEGER: ['REAL', 'TEXT'] }

export const sqliteWriter: SchemaWriter = {
  dialect: sqliteDialect,
  createMessages: CREATE_MESSAGES,
  messagesTable: MESSAGES_TABLE,
  isWidening: (from, to) => WIDER[from]?.includes(to) ?? false,
  alterTable(change, keptIndexes) {
    return [...renames(change), ...(needsRebuilding(change) ? [rebuild(change, keptIndexes)] : additions(change))]
  },
  renameIndex: (from, _to, create) => [`DROP INDEX IF EXISTS ${identifier(from)}`, create],
}

/** SQLite adds columns that may be null, and changes nothing else of a table. */
function needsRebuilding({ table, added, retyped, required, relaxed, dropped, lacksParentKey }: TableChange): boolean {
  const others = [...retyped, ...required, ...relaxed, ...dropped]
  return others.length > 0 || lacksParentKey || added.some((column) => isRequired(table, column) || column.initial !== undefined)
}

function renames({ table, renamed }: TableChange): readonly SchemaChange[] {
  return [...renamed].map(([from, to]) => ({
    about: `Renames the column ${table.name}.${from} to ${to}.`,
    sql: [`ALTER TABLE ${identifier(table.name)} RENAME COLUMN ${identifier(from)} TO ${identifier(to)}`],
  }))
}

function additions({ table, added }: TableChange): readonly SchemaChange[] {
  return added.map((column) => ({
    about: `Adds the column ${table.name}.${column.name} of ${table.element}.${column.field}.`,
    sql: [`ALTER TABLE ${identifier(table.name)} ADD COLUMN ${columnDefinition(sqliteDialect, column, false)}`],
  }))
}

/** The recipe of https://sqlite.org/lang_altertable.html#otheralter, for which foreign keys have to be off; with them on, children would go with the old table. */
function rebuild(change: TableChange, keptIndexes: readonly string[]): SchemaChange {
  const { table, parent, actual, leftOver, dropped, indexes } = change
  const kept = leftOver.filter((name) => !dropped.includes(name))
  const more = kept.map((name) => `${identifier(name)} ${actual.columns.get(name)?.type ?? 'TEXT'}`)
  const interim = identifier(`protean_new_${table.name}`)
  const names = [...table.columns.map(({ name }) => name), ...kept]
  const values = [...table.columns.map((column) => carriedOver(change, column)), ...kept.map(identifier)]
  const unchanged = [...indexes.wanted].filter(([name]) => actual.indexes.has(name) && !indexes.changed.includes(name))
  return {
    about: `Makes the table ${table.name} anew: ${reasons(change).join(', ')}.`,
    sql: [
      `CREATE TABLE ${interim} (\n  ${tableLines(sqliteDialect, table, parent, more).join(',\n  ')}\n)${tableOptions}`,
      `INSERT INTO ${interim} (${names.map(identifier).join(', ')})\nSELECT ${values.join(', ')} FROM ${identifier(table.name)}`,
      `DROP TABLE ${identifier(table.name)}`,
      `ALTER TABLE ${interim} RENAME TO ${identifier(table.name)}`,
      ...unchanged.map(([, create]) => create),
      ...keptIndexes.map((name) => definedIndex(name, table.name, actual.indexes.get(name) ?? '')),
    ],
  }
}

/** What a column of the new table gets from the old one. */
function carriedOver({ actual, retyped }: TableChange, column: ColumnSchema): string {
  const { name, type, initial = null } = column
  const value = initial === null ? undefined : literal(type, initial)
  if (!actual.columns.has(name)) return value ?? 'NULL'
  const isRetyped = retyped.some((one) => one.column === column)
  const present = isRetyped ? `CAST(${identifier(name)} AS ${columnType(column)})` : identifier(name)
  return column.required && value !== undefined ? `coalesce(${present}, ${value})` : present
}

function reasons({ added, retyped, required, relaxed, dropped, lacksParentKey, parent }: TableChange): readonly string[] {
  return [
    ...added.map(({ name }) => `with the column ${name}`),
    ...retyped.map(({ column, to }) => `with ${column.name} as ${to}`),
    ...required.map(({ name }) => `with ${name} required`),
    ...relaxed.map((name) => `with ${name} allowed to be null`),
    ...dropped.map((name) => `without the column ${name} and all that is in it`),
    ...(lacksParentKey ? [`hung on ${parent?.name}`] : []),
  ]
}
