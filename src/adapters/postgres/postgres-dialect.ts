import { createHash } from 'node:crypto'
import type { ColumnType, ColumnValue } from '../../ports/table.ts'
import type { JsonValue } from '../../util/json.ts'
import type { Dialect } from '../sql/dialect.ts'

const MAX_NAME_BYTES = 63
const HASH_DIGITS = 8

/** `numeric` without precision: it keeps every digit that it is given, where one with a scale would round silently. */
const TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  integer: 'bigint',
  float: 'double precision',
  decimal: 'numeric',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamptz(3)',
  json: 'jsonb',
}

export interface PostgresDialectOptions {
  /** Schema that every table is named with; where left out, the connection's search path decides. */
  readonly schema?: string | undefined
  /** What folds a text as `foldCase` does. */
  readonly foldCase?: ((text: string) => string) | undefined
}

/** PostgreSQL, and PGlite. Text columns have the collation "C", whose order is that of code points. Every parameter says its type. */
export function postgresDialect({ schema, foldCase = foldCaseWithIcu }: PostgresDialectOptions = {}): Dialect {
  const prefix = schema === undefined ? '' : `${quoted(schema)}.`
  return {
    name: 'postgres',
    arrays: true,
    skipLocked: true,
    noLimit: 'ALL',
    tableOptions: '',

    placeholder: (place) => `$${place}`,
    shortName,
    identifier: quoted,
    table: (name) => `${prefix}${quoted(name)}`,

    arrayType: (type) => `${TYPES[type]}[]`,
    columnType: ({ type }) => (type === 'text' ? 'text COLLATE "C"' : TYPES[type]),
    comparable: (_type, expression) => expression,
    indexed: (_type, column) => column,
    indexColumns: (columns, include) =>
      `(${columns.join(', ')})${include.length === 0 ? '' : ` INCLUDE (${include.map(quoted).join(', ')})`}`,

    literal: (type, value) => `'${String(encode(type, value)).replaceAll("'", "''")}'::${operandType(type, value)}`,
    encode,
    decode,
    typed: (type, placeholder, value) => `${placeholder}::${operandType(type, value)}`,

    oneOf(bind, type, expression, values) {
      const isWhole = values.every((value) => Number.isSafeInteger(value))
      const element = type === 'integer' && !isWhole ? 'double precision' : TYPES[type]
      const encoded = values.map((value) => encode(type, value))
      const [one] = encoded
      // The plan for one value is kept, where that for a list is made anew each time.
      if (encoded.length === 1 && one !== undefined) return `${expression} = ${bind(one)}::${element}`
      return `${expression} = ANY(${bind(encoded)}::${element}[])`
    },
    contains: (text, part) => `strpos(${text}, ${part}) > 0`,
    lastCharacters: (text, count) => `right(${text}, ${count}::int)`,
    foldCase,
    listHoldsOneOf(bind, json, values) {
      const wanted = bind(values.map((value) => encode('json', value)))
      const elements = `jsonb_array_elements(CASE jsonb_typeof(${json}) WHEN 'array' THEN ${json} ELSE '[]' END)`
      return `EXISTS (SELECT 1 FROM ${elements} AS element WHERE element.value = ANY(${wanted}::jsonb[]))`
    },
  }
}

function encode(type: ColumnType, value: ColumnValue): string | number | boolean {
  if (type === 'timestamp') return (value as Date).toISOString()
  if (type === 'json') return JSON.stringify(value)
  return value as string | number | boolean
}

/** Takes what the server sends as text, and also what a driver has already made of numbers, booleans and instants. Json has to come as text. */
function decode(type: ColumnType, value: unknown): ColumnValue {
  switch (type) {
    case 'integer':
    case 'float':
      return Number(value)
    case 'boolean':
      return value === true || value === 't' || value === 'true'
    case 'timestamp':
      return value instanceof Date ? value : instantOf(value as string)
    case 'json':
      return JSON.parse(value as string) as JsonValue
    default:
      return value as string
  }
}

/** `2026-01-02 03:04:05.678+00`, as the server writes it. */
function instantOf(text: string): Date {
  return new Date(`${text.replace(' ', 'T')}${/[+-]\d\d$/.test(text) ? ':00' : ''}`)
}

/** A fraction may be compared with a whole number, and then both are compared as floating-point numbers, which hold every safe integer exactly. */
function operandType(type: ColumnType, value: ColumnValue): string {
  return type === 'integer' && value !== null && !Number.isSafeInteger(value) ? 'double precision' : TYPES[type]
}

function foldCaseWithIcu(text: string): string {
  return `translate(lower(translate(${text}, 'İ', 'i') COLLATE "und-x-icu"), 'ς', 'σ')`
}

function quoted(name: string): string {
  return `"${shortName(name).replaceAll('"', '""')}"`
}

/** PostgreSQL would cut a long name off, and two names could become one. */
function shortName(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_DIGITS)
  const characters = Array.from(name)
  while (Buffer.byteLength(characters.join('')) > MAX_NAME_BYTES - HASH_DIGITS - 1) characters.pop()
  return `${characters.join('')}_${hash}`
}
