import type { ChangeSet, CommitReceipt } from './change-set.ts'
import type { Criteria } from './criteria.ts'
import type { EventStore } from './event-store.ts'
import type { SchemaTools } from './schema-tools.ts'
import type { ClusterRow, ClusterSchema, ColumnValue, Row, TableSchema } from './table.ts'

export interface Ordering {
  readonly column: string
  readonly descending: boolean
}

/**
 * Which rows, in which order. Without `orderBy` the order is that of the primary key, ascending, and that also decides between rows that `orderBy` leaves
 * equal. Text is ordered by code point, false before true; json columns have no order; null comes last ascending and first descending.
 * `limit: 0` means no rows; left out, all of them. What does not fit is refused by `checkSelection`.
 */
export interface Selection {
  readonly cluster: ClusterSchema
  readonly where: Criteria
  readonly orderBy: readonly Ordering[]
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  /**
   * Only rows that come after this one in the order asked for (keyset paging): the values of `orderBy`'s columns, then the primary key. The row itself
   * need not exist any more. `offset` counts from there.
   */
  readonly after?: readonly ColumnValue[] | undefined
  /** Also count all matches, disregarding limit, offset and `after`. */
  readonly withTotal?: boolean | undefined
  /** Leave the children out. */
  readonly rootsOnly?: boolean | undefined
}

export interface SelectionResult {
  readonly rows: readonly ClusterRow[]
  /** Present when asked for. */
  readonly total?: number | undefined
}

/** Rows that a caller takes for itself, the first ones in their order. */
export interface Claim {
  readonly cluster: ClusterSchema
  readonly where: Criteria
  readonly orderBy: readonly Ordering[]
  /** `limit: 0` means no rows; left out, all of them. */
  readonly limit?: number | undefined
  /**
   * What marks a row as taken; one column at least, and not the version. Only in a transaction there may be none: the rows are then the transaction's until it
   * ends, and marked by what it changes.
   */
  readonly values: Row
}

/** Reading, either of what is committed (a database) or of that plus one's own changes (a transaction). */
export interface DatabaseReads {
  /** The roots with these primary keys that exist, with all their children; in no particular order. */
  load(cluster: ClusterSchema, ids: readonly string[]): Promise<readonly ClusterRow[]>
  select(selection: Selection): Promise<SelectionResult>
  count(table: TableSchema, where: Criteria): Promise<number>
  exists(table: TableSchema, where: Criteria): Promise<boolean>
}

/**
 * Set-based writes. They expect no version, and raise those of the rows that they change. Return how many rows they changed, children that
 * went with a deleted row not counted. All or nothing: a unique value that is taken fails the whole with `UniqueViolation`.
 */
export interface DatabaseBulkWrites {
  /**
   * Sets these columns and leaves the others as they are. The primary key (`PRIMARY_KEY_CHANGED`) and columns that the table does not have
   * (`UNKNOWN_COLUMN`) are refused with `IncorrectUsageError`.
   */
  updateWhere(table: TableSchema, where: Criteria, values: Row): Promise<number>
  deleteWhere(table: TableSchema, where: Criteria): Promise<number>
  /**
   * Finds rows, marks them and gives them as they are then, with their children, in one step: however many callers claim at the same time, of this process or
   * others, no row is given to two. Rows that somebody else is claiming are passed over, or waited for and looked at again. Where the table has versions the row's goes
   * up by one, so that who read it before can no longer write it. What does not fit is refused by `checkClaim`.
   */
  claim(claim: Claim): Promise<readonly ClusterRow[]>
}

/**
 * An open transaction, for units of work that must query what they have changed: it reads what is committed at that moment, with its own changes on top.
 * Ends with exactly one `commit` or `rollback`; after a failed `commit` it is rolled back already, and once it has ended everything but `rollback`,
 * which then does nothing, fails with `InvalidOperationError` (`TRANSACTION_ENDED`). After a failed `apply` or bulk write nothing but `rollback` is left to do:
 * everything else, `commit` included, fails with `TransactionError` (`TRANSACTION_FAILED`).
 * Versions, unique values and streams that somebody else changed in the meantime fail `apply` or `commit`, at the latest the latter, and so do message ids
 * that are taken; an adapter may also make the other one wait.
 */
export interface Transaction extends DatabaseReads, DatabaseBulkWrites {
  /**
   * Applies changes, visible to this transaction's reads and to nobody else. Messages appended are not to be read before the commit, and the receipt's
   * positions hold only if nobody else appends to those streams first.
   */
  apply(changes: ChangeSet): Promise<CommitReceipt>
  /** Applies these last changes and makes all of them visible, in one step. The receipt is that of the whole transaction. */
  commit(changes: ChangeSet): Promise<CommitReceipt>
  rollback(): Promise<void>
  /**
   * Puts one table in the place of another: what was in `table` is gone, what is in `by` is in `table`, and there is no `by` any more. The two have no children,
   * the same columns, and as many indexes in the same order, all of them under names of their own before and under those of `table` after. Others see the
   * one table until the commit and the other from then on, each of them whole. To be called before anything is written to either of them. May fail as
   * retryable when somebody uses the table for long; `by` that is not there fails with `DatabaseError` (`MISSING_TABLE`).
   */
  replaceTable(table: TableSchema, by: TableSchema): Promise<void>
}

export interface DatabaseCapabilities {
  /** A change set is applied all or nothing, also when the process dies. Without it `begin` fails with `NotSupportedError`. */
  readonly transactions: boolean
  /** What was committed is still there after the process has ended. */
  readonly durable: boolean
}

/**
 * A store of rows. All methods fail with `DatabaseError` when the server does, `ExpectedVersionError` for a stale version and
 * `UniqueViolation` for a taken key; no driver error leaves an adapter. Before `open` and after `close` everything but those two and `isAlive`
 * fails with `DatabaseError` (`NOT_OPEN`), open transactions included, which are rolled back. Opening and closing may be repeated, in turns too.
 */
export interface Database extends DatabaseReads, DatabaseBulkWrites {
  readonly name: string
  readonly provider: string
  readonly capabilities: DatabaseCapabilities
  /**
   * The event store whose appends commit together with this database's rows, if it has one; it opens and closes with the database.
   * Without one, a change set with appends fails with `NotSupportedError`.
   */
  readonly events: EventStore | undefined
  /** How its tables come to be those of a later version of the domain; undefined for a database that has no schema to be changed. */
  readonly schema?: SchemaTools | undefined
  open(): Promise<void>
  close(): Promise<void>
  /** Whether the server answers. Never throws. */
  isAlive(): Promise<boolean>
  /** Applies one change set in one transaction, in as few round trips as the driver allows. */
  commit(changes: ChangeSet): Promise<CommitReceipt>
  begin(): Promise<Transaction>
  /** Creates what is missing of these tables and the event store's. Safe to repeat. Only the memory adapter also works without. */
  createArtifacts(clusters: readonly ClusterSchema[]): Promise<void>
  /** Drops them, with all that is in them. Safe to repeat. */
  dropArtifacts(clusters: readonly ClusterSchema[]): Promise<void>
  /** Creates one table without children, with its indexes, where it is missing; nothing else of the domain's. Safe to repeat. */
  createTable(table: TableSchema): Promise<void>
  /** Drops one table without children, with all that is in it. Safe to repeat. */
  dropTable(table: TableSchema): Promise<void>
  /** Removes all rows and events, keeps the schema, restarts generated numbers. */
  resetData(): Promise<void>
}
