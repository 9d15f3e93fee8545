import type { ColumnSchema, ColumnType, ColumnValue } from '../../ports/table.ts'
import type { Bind, DriverScalar } from './statement.ts'

/**
 * What differs between SQL databases. Expressions go in and come out as text; every value of a caller goes through `Bind`, none ever into the
 * text. Whatever is not here is written the same for all.
 */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres'
  /** Whether rows travel as one array per column, `unnest`ed, so that a statement for many rows is one text; else it takes one statement per row. */
  readonly arrays: boolean
  /** Whether rows that another transaction has locked can be passed over. Where not, only one transaction writes at a time. */
  readonly skipLocked: boolean
  /** What stands for no limit where an offset needs one. */
  readonly noLimit: string
  /** What ends a `CREATE TABLE`. */
  readonly tableOptions: string

  /** The parameter at this place, from 1. */
  placeholder(place: number): string
  /** The name as the database has it: shortened, unmistakably, where it is too long. Rows come back under it. */
  shortName(name: string): string
  /** A column, index or constraint, quoted. */
  identifier(name: string): string
  /** A table, quoted, with its schema where there is one. */
  table(name: string): string

  /** Type, and collation where it matters, for `CREATE TABLE`. */
  columnType(column: ColumnSchema): string
  /** Type of an array of a column's values. Only for dialects with `arrays`. */
  arrayType(type: ColumnType): string
  /** An expression of the type whose `=` and `<` are those of the port: text by code point, decimals by value. Column and operand both go through it. */
  comparable(type: ColumnType, expression: string): string
  /** What goes into an index on a column, such that `comparable` finds it. */
  indexed(type: ColumnType, column: string): string
  /** The columns of an index, in parentheses, with others stored beside them for covering reads, if that leaves a unique index as it is. */
  indexColumns(columns: readonly string[], include: readonly string[], unique: boolean): string

  /** A value, never null, as text of a statement; only for what a schema says, where there can be no parameters. Of the domain's author, never of a caller. */
  literal(type: ColumnType, value: ColumnValue): string
  /** A stored or searched value, never null, for the driver. */
  encode(type: ColumnType, value: ColumnValue): DriverScalar
  /** A value from the driver, never null. */
  decode(type: ColumnType, value: unknown): ColumnValue
  /** Says what type a bound value is of, where the database would not know. */
  typed(type: ColumnType, placeholder: string, value: ColumnValue): string

  /** Whether the expression, of this type, equals one of the values, of which there is one at least and none is null. */
  oneOf(bind: Bind, type: ColumnType, expression: string, values: readonly ColumnValue[]): string
  /** Whether text holds another text. */
  contains(text: string, part: string): string
  /** The last so many characters of a text. */
  lastCharacters(text: string, count: string): string
  /** The text folded as `foldCase` does. */
  foldCase(text: string): string
  /** Whether json is a list that holds one of the values, of which none is null. */
  listHoldsOneOf(bind: Bind, json: string, values: readonly ColumnValue[]): string
}
