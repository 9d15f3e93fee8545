import { IncorrectUsageError } from '../../errors.ts'
import type { ColumnSchema, ColumnType, ColumnValue, Row, TableSchema, UniqueSchema } from '../../ports/table.ts'
import type { JsonValue } from '../../util/json.ts'
import { frozenJson } from './frozen-json.ts'
import type { RowTest } from './row-test.ts'
import { compileCondition } from './row-test.ts'
import { valueKey } from './value-key.ts'

/** How the rows of one table are copied in and out, checked and keyed. */
export class RowLayout {
  readonly schema: TableSchema
  readonly primaryKey: ColumnSchema
  readonly generated: readonly ColumnSchema[]
  readonly #columns: ReadonlyMap<string, ColumnSchema>
  readonly #timestamps: readonly string[]
  /** Which rows a unique constraint is about, where that is not all of them. */
  readonly #conditions: ReadonlyMap<UniqueSchema, RowTest>
  /** Copied to make a row: it has its final shape from the start. */
  readonly #empty: Row

  constructor(schema: TableSchema) {
    this.schema = schema
    this.#columns = new Map(schema.columns.map((column) => [column.name, column]))
    this.#timestamps = schema.columns.filter((column) => column.type === 'timestamp').map((column) => column.name)
    this.#empty = Object.fromEntries(schema.columns.map((column) => [column.name, null]))
    this.generated = schema.columns.filter((column) => column.generated === true)
    const partial = schema.uniques.flatMap((unique) => (unique.where === undefined ? [] : [[unique, unique.where] as const]))
    this.#conditions = new Map(partial.map(([unique, where]) => [unique, compileCondition(schema, where)]))
    this.primaryKey = this.column(schema.primaryKey)
  }

  /** Whether rows have to be found by anything but their own key. */
  get isIndexed(): boolean {
    return this.schema.parent !== undefined || this.schema.uniques.length > 0
  }

  column(name: string): ColumnSchema {
    const column = this.#columns.get(name)
    if (column !== undefined) return column
    const known = [...this.#columns.keys()].join(', ')
    throw new IncorrectUsageError(`${this.schema.element} has no column "${name}": it has ${known}.`, { code: 'UNKNOWN_COLUMN' })
  }

  idOf(row: Row): string {
    return String(row[this.schema.primaryKey])
  }

  /** The key of the row it hangs on, if it is a child. */
  parentIdOf(row: Row): string | undefined {
    const value = this.schema.parent === undefined ? null : row[this.schema.parent.column]
    return value === undefined || value === null ? undefined : String(value)
  }

  /** What the row's values in a unique constraint come to; undefined when the row never clashes: it is none of those concerned, or one value is null. */
  uniqueKey(unique: UniqueSchema, row: Row): string | undefined {
    if (this.#conditions.get(unique)?.(row) === false) return undefined
    const keys: string[] = []
    for (const name of unique.columns) {
      const value = row[name]
      if (value === undefined || value === null) return undefined
      keys.push(valueKey(this.column(name).type, value))
    }
    return keys.length === 1 ? keys[0] : JSON.stringify(keys)
  }

  /** A row that `checkChanges` has let pass, as it is kept: complete, frozen, sharing nothing with the caller's. */
  stored(row: Row): Row {
    const stored: Record<string, ColumnValue> = { ...this.#empty }
    for (const { name, type } of this.schema.columns) stored[name] = storedValue(type, row[name] ?? null)
    return Object.freeze(stored)
  }

  /** Some columns' values that `checkPatch` has let pass, as they are kept. */
  storedValues(values: Row): Row {
    const stored: Record<string, ColumnValue> = {}
    for (const [name, value] of Object.entries(values)) stored[name] = storedValue(this.column(name).type, value ?? null)
    return Object.freeze(stored)
  }

  /** The row as it is given away. A frozen `Date` can still be set, so those are copied. */
  handedOut(row: Row): Row {
    if (this.#timestamps.length === 0) return row
    const copy: Record<string, ColumnValue> = { ...row }
    for (const name of this.#timestamps) {
      const value = copy[name]
      if (value instanceof Date) copy[name] = new Date(value)
    }
    return Object.freeze(copy)
  }
}

function storedValue(type: ColumnType, value: ColumnValue): ColumnValue {
  if (value instanceof Date) return new Date(value)
  // Minus zero, which not every database has.
  if (value === 0) return 0
  return type === 'json' && value !== null ? frozenJson(value as JsonValue) : value
}
