import type { Message } from '../../messaging/message.ts'
import type { CommitReceipt, StreamAppend } from '../../ports/change-set.ts'
import { checkAppends } from '../../ports/check-changes.ts'
import type { Cursor, EventStore, LogPage, LogRead, StreamRead } from '../../ports/event-store.ts'
import { OpenState } from '../../ports/open-state.ts'
import { createMessages, deleteMessages, dropMessages } from './artifacts.ts'
import type { SqliteConnection } from './connection.ts'
import {
  appendMessages,
  correlatedMessages,
  findMessage,
  headCursor,
  lastMessage,
  readLog,
  readStream,
  sequenceOf,
  streamIds,
} from './message-log.ts'
import type { SqliteStore } from './store.ts'

/** The event store of a SQLite database: a table in its file. A message can be read everywhere as soon as it is committed. */
export class SqliteEventStore implements EventStore {
  readonly name: string
  readonly provider = 'sqlite'
  readonly #store: SqliteStore
  readonly #state: OpenState

  constructor(store: SqliteStore) {
    this.name = store.options.name
    this.#store = store
    this.#state = new OpenState(`event store "${this.name}" (sqlite)`)
  }

  async open(): Promise<void> {
    await this.#store.open(this)
    this.#state.open()
  }

  async close(): Promise<void> {
    this.#state.close()
    await this.#store.close(this)
  }

  async isAlive(): Promise<boolean> {
    return this.#state.isOpen && this.#store.answers()
  }

  async append(appends: readonly StreamAppend[]): Promise<CommitReceipt> {
    this.#state.check()
    checkAppends(appends)
    const positions = await this.#write((writer) => appendMessages(writer, appends))
    this.#store.notify(appends)
    return { generated: [], positions }
  }

  async readStream(stream: string, read: StreamRead): Promise<readonly Message[]> {
    return readStream(this.#reader(), stream, read)
  }

  async readCategory(category: string, read: LogRead): Promise<LogPage> {
    return readLog(this.#reader(), category, read)
  }

  async readAll(read: LogRead): Promise<LogPage> {
    return readLog(this.#reader(), undefined, read)
  }

  async lastMessage(stream: string): Promise<Message | undefined> {
    return lastMessage(this.#reader(), stream)
  }

  async head(category?: string): Promise<Cursor | undefined> {
    return headCursor(this.#reader(), category)
  }

  /** What is committed can be read at once. */
  async settle(): Promise<void> {
    this.#state.check()
  }

  isAfter(cursor: Cursor, other: Cursor): boolean {
    return sequenceOf(cursor) > sequenceOf(other)
  }

  before(cursor: Cursor): Cursor | undefined {
    const place = sequenceOf(cursor) - 1
    return place === 0 ? undefined : String(place)
  }

  async find(messageId: string): Promise<Message | undefined> {
    return findMessage(this.#reader(), messageId)
  }

  async correlated(correlationId: string): Promise<readonly Message[]> {
    return correlatedMessages(this.#reader(), correlationId)
  }

  async streamIds(category: string): Promise<readonly string[]> {
    return streamIds(this.#reader(), category)
  }

  onAppend(listener: (categories: readonly string[]) => void): () => void {
    return this.#store.listeners.add(listener)
  }

  async createArtifacts(): Promise<void> {
    this.#state.check()
    await this.#write(createMessages)
  }

  async dropArtifacts(): Promise<void> {
    this.#state.check()
    await this.#write(dropMessages)
  }

  async resetData(): Promise<void> {
    this.#state.check()
    await this.#write(deleteMessages)
  }

  #reader(): SqliteConnection {
    this.#state.check()
    return this.#store.reader
  }

  #write<Result>(work: (writer: SqliteConnection) => Result): Promise<Result> {
    const { session } = this.#state
    return this.#store.write((writer) => {
      this.#state.check(session)
      return work(writer)
    })
  }
}
