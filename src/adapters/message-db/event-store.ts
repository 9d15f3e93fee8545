import type { Message } from '../../messaging/message.ts'
import type { CommitReceipt, StreamAppend } from '../../ports/change-set.ts'
import { checkAppends } from '../../ports/check-changes.ts'
import { checkLogRead } from '../../ports/check-log-read.ts'
import type { Cursor, EventStore, LogPage, LogRead, StreamRead } from '../../ports/event-store.ts'
import { OpenState } from '../../ports/open-state.ts'
import { isStorableText } from '../../ports/storable.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import { AppendSignal } from '../postgres/append-signal.ts'
import type { PostgresClient } from '../postgres/client.ts'
import { command } from '../postgres/event-schema.ts'
import { serverPause, untilSettled } from '../postgres/settling.ts'
import { isInVain, rowLimit } from '../sql/reading.ts'
import type { DriverRow, Statement, StatementResult } from '../sql/statement.ts'
import { createIndexes, deleteMessages, dropIndexes } from './artifacts.ts'
import { translated, translatedAppend } from './errors.ts'
import { LogFrontier } from './log-frontier.ts'
import {
  appendStatements,
  lastOfStream,
  newestOf,
  ofCorrelation,
  ofLog,
  ofStream,
  placeOf,
  streamsOf,
  WRITERS,
  withId,
} from './statements.ts'
import { messageOf } from './stored-message.ts'

export interface MessageDbEventStoreOptions {
  readonly name: string
  /** Of a database in which Message DB is installed, with its schema as the search path. */
  readonly client: PostgresClient
  readonly timers: Timers
}

/**
 * The event store in a Message DB, which other programs may use as well. It appends with Message DB's own function, whose lock keeps the order of a category;
 * for the order of everything see `LogFrontier`. Messages by other programs that do without that function keep no order.
 */
export class MessageDbEventStore implements EventStore {
  readonly name: string
  readonly provider = 'message_db'
  readonly #client: PostgresClient
  readonly #what: string
  readonly #state: OpenState
  readonly #signal: AppendSignal
  readonly #frontier = new LogFrontier()

  constructor({ name, client, timers }: MessageDbEventStoreOptions) {
    this.name = name
    this.#client = client
    this.#what = `event store "${name}" (message_db)`
    this.#state = new OpenState(this.#what)
    this.#signal = new AppendSignal(client, timers, this.#what)
  }

  async open(): Promise<void> {
    await this.#attempt(() => this.#client.open())
    this.#state.open()
    this.#signal.open()
  }

  async close(): Promise<void> {
    this.#state.close()
    await this.#signal.close()
    await this.#client.close()
  }

  async isAlive(): Promise<boolean> {
    if (!this.#state.isOpen) return false
    try {
      await this.#client.flush([command('SELECT 1')])
      return true
    } catch {
      return false
    }
  }

  async append(appends: readonly StreamAppend[]): Promise<CommitReceipt> {
    this.#state.check()
    checkAppends(appends)
    const statements = appendStatements(appends)
    if (statements.length === 0) return { generated: [], positions: new Map() }
    const results = await this.#append(statements)
    this.#signal.appended(appends)
    // Of a stream's rows the last one stays.
    const positions = (results.at(-1)?.rows ?? []).map(({ stream, position }) => [stream as string, Number(position)] as const)
    return { generated: [], positions: new Map(positions) }
  }

  async readStream(stream: string, { from = 0, to, limit }: StreamRead): Promise<readonly Message[]> {
    const rows = rowLimit(limit)
    if (rows === 0) return this.#none([])
    return (await this.#rows(ofStream(stream, Math.max(from, 0), to, rows))).map(messageOf)
  }

  async readCategory(category: string, read: LogRead): Promise<LogPage> {
    const page = this.#pageOf(category, read)
    if (page === undefined) return this.#none({ messages: [], cursor: read.after })
    // The end is asked for first: what the page then leaves out up to there, it has looked at.
    const [end, found] = await this.#flush([newestOf(category), page])
    return pageUpTo(newestIn(end), found?.rows ?? [], read)
  }

  async readAll(read: LogRead): Promise<LogPage> {
    const page = this.#pageOf(undefined, read)
    if (page === undefined) return this.#none({ messages: [], cursor: read.after })
    const [frontier, found] = await this.#look([page])
    return pageUpTo(frontier, found?.rows ?? [], read)
  }

  async lastMessage(stream: string): Promise<Message | undefined> {
    return (await this.#rows(lastOfStream(stream))).map(messageOf)[0]
  }

  async head(category?: string): Promise<Cursor | undefined> {
    if (category !== undefined && isInVain(newestOf(category))) return this.#none(undefined)
    const newest = category === undefined ? (await this.#look([]))[0] : newestIn((await this.#flush([newestOf(category)]))[0])
    return newest === 0 ? undefined : String(newest)
  }

  async settle(): Promise<void> {
    let newest: number | undefined
    await untilSettled(this.#what, async (pauseMs) => {
      if (pauseMs > 0) await this.#flush([serverPause(pauseMs)])
      const [frontier, seen] = await this.#look([newestOf(undefined)])
      newest ??= newestIn(seen)
      return frontier >= newest
    })
  }

  isAfter(cursor: Cursor, other: Cursor): boolean {
    return placeOf(cursor) > placeOf(other)
  }

  before(cursor: Cursor): Cursor | undefined {
    const place = placeOf(cursor) - 1
    return place === 0 ? undefined : String(place)
  }

  async find(messageId: string): Promise<Message | undefined> {
    return (await this.#rows(withId(messageId))).map(messageOf)[0]
  }

  async correlated(correlationId: string): Promise<readonly Message[]> {
    return (await this.#rows(ofCorrelation(correlationId))).map(messageOf)
  }

  async streamIds(category: string): Promise<readonly string[]> {
    const streams = (await this.#rows(streamsOf(category))).map(({ stream_name }) => stream_name as string)
    return streams.filter((stream) => stream.includes('-')).map((stream) => stream.slice(stream.indexOf('-') + 1))
  }

  onAppend(listener: (categories: readonly string[]) => void): () => void {
    return this.#signal.listen(listener)
  }

  /** Adds indexes to Message DB, which has to be installed and owned by this user; fails with `MESSAGE_STORE_MISSING` or `PERMISSION_DENIED` otherwise. */
  async createArtifacts(): Promise<void> {
    this.#state.check()
    await this.#attempt(() => createIndexes(this.#client, this.#what))
  }

  /** Removes these indexes and all messages. Message DB itself stays installed. */
  async dropArtifacts(): Promise<void> {
    this.#state.check()
    await this.#attempt(async () => {
      await dropIndexes(this.#client)
      await deleteMessages(this.#client)
    })
  }

  async resetData(): Promise<void> {
    this.#state.check()
    await this.#attempt(() => deleteMessages(this.#client))
  }

  /** Undefined when there is nothing to look for. */
  #pageOf(category: string | undefined, read: LogRead): Statement | undefined {
    checkLogRead(read)
    const limit = rowLimit(read.limit)
    const types = read.types?.filter(isStorableText)
    const page = ofLog({ category, types, partition: read.partition, after: placeOf(read.after), limit })
    return limit === 0 || isInVain(page) ? undefined : page
  }

  /** The frontier, and what these statements then find: each sees everything up to there. */
  async #look(statements: readonly Statement[]): Promise<readonly [frontier: number, ...results: StatementResult[]]> {
    const look = this.#frontier.begin()
    const [newest, writing, ...results] = await this.#flush([newestOf(undefined), WRITERS, ...statements])
    const writers = (writing?.rows ?? []).map(({ writer }) => writer as string)
    return [this.#frontier.observe(look, { newest: newestIn(newest), writers }), ...results]
  }

  async #rows(statement: Statement): Promise<readonly DriverRow[]> {
    if (isInVain(statement)) return this.#none([])
    const [result] = await this.#flush([statement])
    return result?.rows ?? []
  }

  #flush(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    this.#state.check()
    return this.#attempt(() => this.#client.flush(statements))
  }

  #none<Nothing>(nothing: Nothing): Nothing {
    this.#state.check()
    return nothing
  }

  async #append(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    try {
      return await this.#client.flush(statements)
    } catch (error) {
      throw translatedAppend(error, this.#what)
    }
  }

  async #attempt<Result>(action: () => Promise<Result>): Promise<Result> {
    try {
      return await action()
    } catch (error) {
      throw translated(error, this.#what)
    }
  }
}

function newestIn(result: StatementResult | undefined): number {
  return Number(result?.rows[0]?.newest ?? 0)
}

/** What stands up to `end`, where the log could be seen whole; a page that is not full has looked at all up to there. */
function pageUpTo(end: number, rows: readonly DriverRow[], { after, limit }: LogRead): LogPage {
  const messages = rows.filter(({ global_position }) => Number(global_position) <= end).map(messageOf)
  if (messages.length >= Math.trunc(limit)) return { messages, cursor: messages.at(-1)?.stored?.cursor }
  return { messages, cursor: end > placeOf(after) ? String(end) : after }
}
