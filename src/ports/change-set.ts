import type { Message } from '../messaging/message.ts'
import type { ColumnValue, Row, TableSchema } from './table.ts'

/** New rows of one table. A primary key or unique value that exists already is refused with `UniqueViolation`. */
export interface RowInserts {
  readonly table: TableSchema
  readonly rows: readonly Row[]
}

/** One row replaced as a whole. With `expectedVersion`, only if the stored version is that; the new one is in `row`. */
export interface RowUpdate {
  readonly table: TableSchema
  readonly id: string
  readonly expectedVersion?: number | undefined
  readonly row: Row
}

/** One row removed, the rows of its children with it. */
export interface RowDelete {
  readonly table: TableSchema
  readonly id: string
  readonly expectedVersion?: number | undefined
}

/** Messages for the end of one stream, in order. */
export interface StreamAppend {
  readonly stream: string
  readonly category: string
  /** Position of the stream's last message that the writer has seen, -1 for none; left out, whatever is there. */
  readonly expectedVersion?: number | undefined
  readonly messages: readonly Message[]
}

/**
 * Everything that one unit of work wants done, applied in the order deletes, updates, inserts, appends, all or nothing.
 * A version that is not the expected one fails the whole set with `ExpectedVersionError`.
 */
export interface ChangeSet {
  readonly deletes: readonly RowDelete[]
  readonly updates: readonly RowUpdate[]
  /** Parents before their children. */
  readonly inserts: readonly RowInserts[]
  readonly appends: readonly StreamAppend[]
}

/** A value that the store made for a column declared `generated`. */
export interface GeneratedValue {
  readonly table: string
  readonly id: string
  readonly column: string
  readonly value: ColumnValue
}

export interface CommitReceipt {
  readonly generated: readonly GeneratedValue[]
  /** For each stream appended to, the position of its last message. */
  readonly positions: ReadonlyMap<string, number>
}

export const NO_CHANGES: ChangeSet = { deletes: [], updates: [], inserts: [], appends: [] }
