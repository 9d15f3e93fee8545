import type { TableSchema } from '../../ports/table.ts'

/** A value as a dialect has encoded it for its driver. A list only where the dialect takes arrays. */
export type DriverValue = DriverScalar | readonly DriverScalar[]
export type DriverScalar = string | number | boolean | null

/** Makes an encoded value a parameter of the statement that is being written; gives its placeholder. To be called in the order of the text. */
export type Bind = (value: DriverValue) => string

/** A statement with its parameters, in the placeholders of its dialect. */
export interface Statement {
  readonly text: string
  readonly values: readonly DriverValue[]
  /** Whether its rows are wanted, or only the count of those that it changed. */
  readonly gives: 'rows' | 'count'
  /** The table that it writes to, so that a broken constraint can be traced to its fields. */
  readonly table?: TableSchema | undefined
}

/** A row as the driver gives it, by column name. */
export type DriverRow = Readonly<Record<string, unknown>>

export interface StatementResult {
  /** Empty when only the count was wanted. */
  readonly rows: readonly DriverRow[]
  /** Rows that the statement itself changed, those not counted that went with them by a foreign key. */
  readonly changes: number
}
