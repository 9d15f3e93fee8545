import type { Message } from '../messaging/message.ts'
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
}

/** `cursor` stands after the last message looked at, also when `types` left messages out; an empty page keeps the cursor it was asked with. */
export interface LogPage {
  readonly messages: readonly Message[]
  readonly cursor: Cursor | undefined
}

/**
 * An append-only log of messages in streams. Positions in a stream are gapless from 0. A reader of a category or of everything that follows
 * the cursors skips nothing and never sees a stream out of order, whatever commits late (guarantee G3).
 * A stream's category is the text before its first `-`; categories are compared exactly.
 */
export interface EventStore {
  readonly name: string
  readonly provider: string
  open(): Promise<void>
  close(): Promise<void>
  isAlive(): Promise<boolean>
  /** Appends to all the streams or to none. Fails with `ExpectedVersionError` when one of them is not at its expected version. */
  append(appends: readonly StreamAppend[]): Promise<CommitReceipt>
  readStream(stream: string, read: StreamRead): Promise<readonly Message[]>
  readCategory(category: string, read: LogRead): Promise<LogPage>
  readAll(read: LogRead): Promise<LogPage>
  lastMessage(stream: string): Promise<Message | undefined>
  /** Cursor after the newest message of a category, or of everything; undefined while there is none. */
  head(category?: string): Promise<Cursor | undefined>
  find(messageId: string): Promise<Message | undefined>
  /** All messages of one correlation, oldest first, by index. */
  correlated(correlationId: string): Promise<readonly Message[]>
  /** Ids of the category's streams, each once, sorted by code point. */
  streamIds(category: string): Promise<readonly string[]>
  /** Calls `listener` after commits that appended, with their categories. May coalesce, and may miss some across processes: poll slowly as well. Returns how to stop. */
  onAppend(listener: (categories: readonly string[]) => void): () => void
  createArtifacts(): Promise<void>
  dropArtifacts(): Promise<void>
  resetData(): Promise<void>
}
