import type { Message } from '../messaging/message.ts'
import type { Partition } from '../messaging/partition.ts'
import type { CommitReceipt, StreamAppend } from './change-set.ts'

/** Opaque place in a category or in everything: store it, compare it for equality, hand it back. */
export type Cursor = string

export interface StreamRead {
  /** First position wanted, inclusive; 0 when left out. */
  readonly from?: number | undefined
  /** Last position wanted, inclusive. */
  readonly to?: number | undefined
  readonly limit: number
}

export interface LogRead {
  /** Read what comes after this cursor; from the beginning when left out. */
  readonly after?: Cursor | undefined
  readonly limit: number
  /** Only messages of these type strings. */
  readonly types?: readonly string[] | undefined
  /**
   * Only the streams of one partition (`partitionOf`), so that several readers share a category and each stream stays with one of them. A partition that is
   * none fails with `IncorrectUsageError` (`INVALID_PARTITION`).
   */
  readonly partition?: Partition | undefined
}

/**
 * `cursor` stands after the last message looked at, also when `types` or `partition` left it out: a page with fewer messages than `limit` has looked at all there are.
 * When there was nothing to look at, it is the cursor that was asked with.
 */
export interface LogPage {
  readonly messages: readonly Message[]
  readonly cursor: Cursor | undefined
}

/**
 * An append-only log of messages in streams. Positions in a stream are gapless from 0. A reader of a category or of everything that follows
 * the cursors skips nothing and never sees a stream out of order, whatever commits late (guarantee G3). To keep that, a message may show there only
 * after transactions that began before it have ended; in its stream and by its ids it is found as soon as it is committed.
 * A stream's category is the text before its first `-`, all of it when it has none; categories are compared exactly. `limit: 0` means no messages.
 * The messages handed out carry `stored`, and data and metadata as they were appended (an undefined member is left out); changing them changes nothing stored.
 * Before `open` and after `close` everything but those two, `isAlive`, `isAfter`, `before` and `onAppend` fails with `DatabaseError` (`NOT_OPEN`). Opening and closing may be repeated.
 */
export interface EventStore {
  readonly name: string
  readonly provider: string
  open(): Promise<void>
  close(): Promise<void>
  isAlive(): Promise<boolean>
  /**
   * Appends to all the streams or to none. Fails with `ExpectedVersionError` when one of them is not at its expected version, with `DatabaseError`
   * (`DUPLICATE_MESSAGE`) when a message id is stored already or comes twice, as `checkAppends` says for what could be stored nowhere.
   */
  append(appends: readonly StreamAppend[]): Promise<CommitReceipt>
  readStream(stream: string, read: StreamRead): Promise<readonly Message[]>
  readCategory(category: string, read: LogRead): Promise<LogPage>
  readAll(read: LogRead): Promise<LogPage>
  lastMessage(stream: string): Promise<Message | undefined>
  /** Cursor after the newest readable message of a category, or of everything; undefined while there is none. Who starts there misses nothing later. */
  head(category?: string): Promise<Cursor | undefined>
  /**
   * Resolves when whatever was committed before the call can be read from the log by all. Fails with `DatabaseError` (`LOG_HELD_BACK`) when that takes longer
   * than some seconds, because a transaction stays open.
   */
  settle(): Promise<void>
  /** Whether one cursor stands after another: what is read from it on is less. Fails with `IncorrectUsageError` (`INVALID_CURSOR`) for what is none. */
  isAfter(cursor: Cursor, other: Cursor): boolean
  /** A place from which on the message of this cursor is the first to be read; undefined for the beginning. Fails as `isAfter` does. */
  before(cursor: Cursor): Cursor | undefined
  find(messageId: string): Promise<Message | undefined>
  /** All messages of one correlation, oldest first, by index. */
  correlated(correlationId: string): Promise<readonly Message[]>
  /** The text after the first `-` of each of the category's streams that has one, each once, sorted by code point. */
  streamIds(category: string): Promise<readonly string[]>
  /**
   * Calls `listener` after commits that appended, with their categories, never before they can be read and never within the commit's call. What it throws
   * becomes a process warning and reaches nobody else. May coalesce, and may miss some across processes: poll slowly as well. Returns how to stop.
   */
  onAppend(listener: (categories: readonly string[]) => void): () => void
  createArtifacts(): Promise<void>
  dropArtifacts(): Promise<void>
  resetData(): Promise<void>
}
