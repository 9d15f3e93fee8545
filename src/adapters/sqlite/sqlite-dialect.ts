import type { ColumnSchema, ColumnType, ColumnValue } from '../../ports/table.ts'
import type { JsonValue } from '../../util/json.ts'
import { sortedJson } from '../../util/sorted-json.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { DriverScalar } from '../sql/statement.ts'

/** Functions that every connection registers: `sqlite-functions.ts`. */
export const DECIMAL_KEY = 'protean_decimal_key'
export const FOLD_CASE = 'protean_fold_case'
export const LIST_OVERLAPS = 'protean_list_overlaps'

const TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'TEXT',
  integer: 'INTEGER',
  float: 'REAL',
  decimal: 'TEXT',
  boolean: 'INTEGER',
  date: 'TEXT',
  timestamp: 'TEXT',
  json: 'TEXT',
}

/**
 * SQLite. Its own order of text (BINARY, on UTF-8) is that of code points; instants are ISO texts of one length, so they too are in order as text;
 * json is text with sorted members, so that equal values are equal texts. Decimals are exact text, compared through a function.
 */
export const sqliteDialect: Dialect = {
  name: 'sqlite',
  arrays: false,
  skipLocked: false,
  noLimit: '-1',
  tableOptions: ' STRICT',

  placeholder: () => '?',
  shortName: (name) => name,
  identifier: quoted,
  table: quoted,

  arrayType: (type) => TYPES[type],
  columnType: ({ type }: ColumnSchema) => TYPES[type],
  comparable: (type, expression) => (type === 'decimal' ? `${DECIMAL_KEY}(${expression})` : expression),
  indexed: (type, column) => (type === 'decimal' ? `${DECIMAL_KEY}(${column})` : column),
  // An index holds nothing but its columns here, so that the stored ones come last among them; in a unique one they would have to be unique too.
  indexColumns: (columns, include, unique) => `(${[...columns, ...(unique ? [] : include.map(quoted))].join(', ')})`,

  literal(type, value) {
    const encoded = sqliteDialect.encode(type, value)
    return typeof encoded === 'string' ? `'${encoded.replaceAll("'", "''")}'` : String(encoded)
  },
  encode(type: ColumnType, value: ColumnValue): DriverScalar {
    if (type === 'boolean') return value === true ? 1 : 0
    if (type === 'timestamp') return (value as Date).toISOString()
    if (type === 'json') return sortedJson(value as JsonValue)
    return value as string | number
  },
  decode(type: ColumnType, value: unknown): ColumnValue {
    if (type === 'boolean') return value === 1
    if (type === 'timestamp') return new Date(value as string)
    if (type === 'json') return JSON.parse(value as string) as JsonValue
    return value as string | number
  },
  typed: (_type, placeholder) => placeholder,

  oneOf(bind, type, expression, values) {
    const encoded = values.map((value) => sqliteDialect.encode(type, value))
    if (encoded.length === 1) return `${expression} = ${sqliteDialect.comparable(type, bind(encoded[0] as DriverScalar))}`
    // Not through json: SQLite reads numbers from text a little differently than JavaScript writes them.
    if (type === 'float') return `${expression} IN (${encoded.map((value) => bind(value)).join(', ')})`
    const list = bind(JSON.stringify(encoded))
    return `${expression} IN (SELECT ${sqliteDialect.comparable(type, 'value')} FROM json_each(${list}))`
  },
  contains: (text, part) => `instr(${text}, ${part}) > 0`,
  lastCharacters: (text, count) => `substr(${text}, -${count})`,
  foldCase: (text) => `${FOLD_CASE}(${text})`,
  listHoldsOneOf: (bind, json, values) => `${LIST_OVERLAPS}(${json}, ${bind(sortedJson(values as readonly JsonValue[]))})`,
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
