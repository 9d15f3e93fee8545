import type { SchemaChange } from '../../ports/schema-tools.ts'
import type { ColumnSchema } from '../../ports/table.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { TableChange } from '../sql/migrations/compare-table.ts'
import type { SchemaWriter } from '../sql/migrations/schema-writer.ts'
import { columnDefinition, isRequired, parentKey } from '../sql/tables.ts'
import { CREATE_MESSAGES, MESSAGES_TABLE } from './event-schema.ts'

/** Types whose every value is one of the other type too, under the same name. A safe integer is a floating-point number exactly. */
const WIDER: Readonly<Record<string, readonly string[]>> = {
  smallint: ['bigint', 'numeric', 'double precision', 'text'],
  integer: ['bigint', 'numeric', 'double precision', 'text'],
  bigint: ['numeric', 'double precision', 'text'],
  numeric: ['numeric', 'text'],
  real: ['double precision'],
  boolean: ['text'],
  date: ['text'],
  uuid: ['text'],
  text: ['text'],
  'character varying': ['text'],
  json: ['jsonb'],
}

export function postgresWriter(dialect: Dialect): SchemaWriter {
  return {
    dialect,
    createMessages: CREATE_MESSAGES.map(({ text }) => text),
    messagesTable: MESSAGES_TABLE,
    isWidening: (from, to) => WIDER[plain(from)]?.includes(plain(to)) ?? false,
    alterTable: (change) => alterations(dialect, change),
    renameIndex: (from, to) => [`ALTER INDEX ${dialect.identifier(from)} RENAME TO ${dialect.identifier(to)}`],
  }
}

/** A type without collation, precision and length. */
function plain(type: string): string {
  return type.replace(/ COLLATE .*$/, '').replace(/\([\d,]*\)/, '')
}

function alterations(dialect: Dialect, change: TableChange): readonly SchemaChange[] {
  const { table, parent, renamed, added, retyped, required, relaxed, dropped } = change
  const alter = (what: string) => `ALTER TABLE ${dialect.table(table.name)} ${what}`
  const column = (name: string) => dialect.identifier(name)
  const initial = ({ type, initial: value }: ColumnSchema) => (value === undefined ? undefined : dialect.literal(type, value as never))
  return [
    ...[...renamed].map(([from, to]) => ({
      about: `Renames the column ${table.name}.${from} to ${to}.`,
      sql: [alter(`RENAME COLUMN ${column(from)} TO ${column(to)}`)],
    })),
    ...added.map((one) => {
      const definition = `ADD COLUMN ${columnDefinition(dialect, one, isRequired(table, one))}`
      const value = initial(one)
      const sql =
        value === undefined
          ? [alter(definition)]
          : [alter(`${definition} DEFAULT ${value}`), alter(`ALTER COLUMN ${column(one.name)} DROP DEFAULT`)]
      return { about: `Adds the column ${table.name}.${one.name} of ${table.element}.${one.field}.`, sql }
    }),
    ...retyped.map((one) => ({
      about: `Changes the type of ${table.name}.${one.column.name} from ${one.from} to ${one.to}.`,
      sql: [
        alter(
          `ALTER COLUMN ${column(one.column.name)} TYPE ${dialect.columnType(one.column)} USING ${column(one.column.name)}::${dialect.columnType(one.column).replace(/ COLLATE .*$/, '')}`,
        ),
      ],
    })),
    ...relaxed.map((name) => ({
      about: `Lets ${table.name}.${name} be null.`,
      sql: [alter(`ALTER COLUMN ${column(name)} DROP NOT NULL`)],
    })),
    ...required.map((one) => {
      const value = initial(one)
      const fill = `UPDATE ${dialect.table(table.name)} SET ${column(one.name)} = ${value} WHERE ${column(one.name)} IS NULL`
      return {
        about: `Requires ${table.name}.${one.name}.`,
        sql: [...(value === undefined ? [] : [fill]), alter(`ALTER COLUMN ${column(one.name)} SET NOT NULL`)],
      }
    }),
    ...dropped.map((name) => ({
      about: `Drops the column ${table.name}.${name}, which belongs to nothing in the domain, with all that is in it.`,
      sql: [alter(`DROP COLUMN ${column(name)}`)],
    })),
    ...(change.lacksParentKey && parent !== undefined
      ? [{ about: `Hangs ${table.name} on ${parent.name}.`, sql: [alter(`ADD ${parentKey(dialect, table, parent).join()}`)] }]
      : []),
  ]
}
