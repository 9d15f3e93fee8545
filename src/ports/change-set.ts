import type { Message } from '../messaging/message.ts'
import type { ColumnValue, Row, TableSchema } from './table.ts'

/**
 * New rows of one table. A primary key or unique value that exists already is refused with `UniqueViolation`, a null in a required column with
 * `DatabaseError` (`REQUIRED_COLUMN`), a child whose parent row is not there with `DatabaseError` (`PARENT_NOT_FOUND`).
 */
export interface RowInserts {
  readonly table: TableSchema
  readonly rows: readonly Row[]
}

/**
 * One row replaced as a whole, found by its primary key, which does not change. With `expectedVersion`, only if the stored version is that; the new
 * one is in `row`. Without, the last write wins. A row that is not there fails with `ExpectedVersionError` (actual: undefined) when a version was
 * expected, with `DatabaseError` (`ROW_NOT_FOUND`) when none was. At most one update for a row in a change set.
 */
export interface RowUpdate {
  readonly table: TableSchema
  readonly id: string
  readonly expectedVersion?: number | undefined
  readonly row: Row
}

/**
 * One row removed, the rows of its children with it, as deep as they go. With `expectedVersion`, only if the stored version is that, and a row that is
 * not there fails with `ExpectedVersionError`; without, deleting what is not there is fine.
 */
export interface RowDelete {
  readonly table: TableSchema
  readonly id: string
  readonly expectedVersion?: number | undefined
}

/**
 * Messages for the end of one stream, in order; without any it is skipped. Several appends to one stream take effect one after the other, each
 * finding the version that the one before left. A message id that the store has already is refused with `DatabaseError` (`DUPLICATE_MESSAGE`).
 */
export interface StreamAppend {
  readonly stream: string
  /** The text of `stream` before its first `-`, all of it when it has none. */
  readonly category: string
  /** Position of the stream's last message that the writer has seen, -1 for none; left out, whatever is there. */
  readonly expectedVersion?: number | undefined
  readonly messages: readonly Message[]
}

/**
 * Everything that one unit of work wants done, applied in the order deletes, updates, inserts, appends, all or nothing.
 * A version that is not the expected one fails the whole set with `ExpectedVersionError`; what could be stored nowhere is refused first, by `checkChanges`.
 * Where there are several reasons to refuse a set, which of them is given is left open.
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
  /** Primary key of the row; the generated one when that is what was generated. */
  readonly id: string
  readonly column: string
  readonly value: ColumnValue
}

export interface CommitReceipt {
  /** Per table, in the order of the inserted rows. */
  readonly generated: readonly GeneratedValue[]
  /** For each stream appended to, the position of its last message. */
  readonly positions: ReadonlyMap<string, number>
}

export const NO_CHANGES: ChangeSet = { deletes: [], updates: [], inserts: [], appends: [] }
