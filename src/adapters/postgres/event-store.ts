import type { Message } from '../../messaging/message.ts'
import type { CommitReceipt, StreamAppend } from '../../ports/change-set.ts'
import { NO_CHANGES } from '../../ports/change-set.ts'
import { checkAppends } from '../../ports/check-changes.ts'
import { checkLogRead } from '../../ports/check-log-read.ts'
import type { Cursor, EventStore, LogPage, LogRead, StreamRead } from '../../ports/event-store.ts'
import { OpenState } from '../../ports/open-state.ts'
import { isStorableText } from '../../ports/storable.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import type { Dialect } from '../sql/dialect.ts'
import { isInVain, rowLimit } from '../sql/reading.ts'
import type { DriverRow, Statement } from '../sql/statement.ts'
import { AppendSignal } from './append-signal.ts'
import { createSchema, ONE_AT_A_TIME } from './artifacts.ts'
import type { PostgresClient } from './client.ts'
import { CommitBatcher } from './commit-batcher.ts'
import type { PostgresContext } from './context.ts'
import { translated } from './errors.ts'
import { CREATE_MESSAGES, command, DROP_MESSAGES, MESSAGES_TABLE } from './event-schema.ts'
import {
  cursorOf,
  headOf,
  isAfter,
  isSettled,
  justBefore,
  lastOfStream,
  messageOf,
  ofCorrelation,
  ofLog,
  ofStream,
  streamsOf,
  withId,
} from './log-statements.ts'
import { RowStatements } from './row-statements.ts'
import { serverPause, untilSettled } from './settling.ts'

export interface PostgresEventStoreOptions {
  readonly name: string
  readonly provider: string
  readonly client: PostgresClient
  readonly dialect: Dialect
  readonly timers: Timers
  readonly schema?: string | undefined
}

/** The log of messages in a PostgreSQL database, in the same transactions as its tables: docs/adr/0006-order-of-the-log-on-postgresql.md. */
export class PostgresEventStore implements EventStore {
  readonly name: string
  readonly provider: string
  /** Hears of every commit that appended. */
  readonly signal: AppendSignal
  readonly #context: PostgresContext
  readonly #commits: CommitBatcher
  readonly #schema: string | undefined

  constructor({ name, provider, client, dialect, timers, schema }: PostgresEventStoreOptions) {
    this.name = name
    this.provider = provider
    this.#schema = schema
    const what = `event store "${name}" (${provider})`
    const signal = new AppendSignal(client, timers, what)
    this.signal = signal
    this.#context = {
      client,
      dialect,
      rows: new RowStatements(dialect),
      what,
      state: new OpenState(what),
      given: new Map(),
      committed: (appends) => signal.appended(appends),
    }
    this.#commits = new CommitBatcher(this.#context, timers)
  }

  async open(): Promise<void> {
    await this.#attempt(() => this.#context.client.open())
    this.#context.state.open()
    this.signal.open()
  }

  async close(): Promise<void> {
    this.#context.state.close()
    await this.signal.close()
    await this.#context.client.close()
  }

  async isAlive(): Promise<boolean> {
    if (!this.#context.state.isOpen) return false
    try {
      await this.#context.client.flush([command('SELECT 1')])
      return true
    } catch {
      return false
    }
  }

  async append(appends: readonly StreamAppend[]): Promise<CommitReceipt> {
    this.#context.state.check()
    checkAppends(appends)
    return this.#commits.commit({ ...NO_CHANGES, appends })
  }

  async readStream(stream: string, { from = 0, to, limit }: StreamRead): Promise<readonly Message[]> {
    const rows = rowLimit(limit)
    if (rows === 0) return this.#none([])
    return (await this.#rows(ofStream(stream, Math.max(from, 0), to, rows))).map(messageOf)
  }

  async readCategory(category: string, read: LogRead): Promise<LogPage> {
    return this.#page(category, read)
  }

  async readAll(read: LogRead): Promise<LogPage> {
    return this.#page(undefined, read)
  }

  async lastMessage(stream: string): Promise<Message | undefined> {
    return (await this.#rows(lastOfStream(stream))).map(messageOf)[0]
  }

  async head(category?: string): Promise<Cursor | undefined> {
    return (await this.#rows(headOf(category))).map((row) => cursorOf(row.ordering_xid, row.global_position))[0]
  }

  async settle(): Promise<void> {
    let bound: string | undefined
    await untilSettled(this.#context.what, async (pauseMs) => {
      const pause = pauseMs === 0 ? [] : [serverPause(pauseMs)]
      const row = (await this.#flush([...pause, isSettled(bound)])).at(-1)?.rows[0]
      bound = String(row?.bound)
      return Number(row?.settled) === 1
    })
  }

  isAfter(cursor: Cursor, other: Cursor): boolean {
    return isAfter(cursor, other)
  }

  before(cursor: Cursor): Cursor | undefined {
    return justBefore(cursor)
  }

  async find(messageId: string): Promise<Message | undefined> {
    return (await this.#rows(withId(messageId))).map(messageOf)[0]
  }

  async correlated(correlationId: string): Promise<readonly Message[]> {
    return (await this.#rows(ofCorrelation(correlationId))).map(messageOf)
  }

  async streamIds(category: string): Promise<readonly string[]> {
    const streams = (await this.#rows(streamsOf(category))).map(({ stream }) => stream as string)
    return streams.filter((stream) => stream.includes('-')).map((stream) => stream.slice(stream.indexOf('-') + 1))
  }

  onAppend(listener: (categories: readonly string[]) => void): () => void {
    return this.signal.listen(listener)
  }

  async createArtifacts(): Promise<void> {
    this.#context.state.check()
    await this.#attempt(async () => {
      await createSchema(this.#context, this.#schema)
      await this.#context.client.flush([ONE_AT_A_TIME, ...CREATE_MESSAGES])
    })
  }

  async dropArtifacts(): Promise<void> {
    await this.#flush([ONE_AT_A_TIME, ...DROP_MESSAGES])
  }

  async resetData(): Promise<void> {
    await this.#flush([command(`TRUNCATE ${MESSAGES_TABLE} RESTART IDENTITY`)])
  }

  async #page(category: string | undefined, read: LogRead): Promise<LogPage> {
    checkLogRead(read)
    const { after, limit, types, partition } = read
    const rows = rowLimit(limit)
    const page = ofLog({ category, types: types?.filter(isStorableText), partition, after, limit: rows })
    if (rows === 0 || isInVain(page)) return this.#none({ messages: [], cursor: after })
    if (types === undefined && partition === undefined) {
      const messages = (await this.#rows(page)).map(messageOf)
      return { messages, cursor: messages.at(-1)?.stored?.cursor ?? after }
    }
    // The end is asked for first: what the page then leaves out up to there, it has looked at.
    const [end, found] = await this.#flush([headOf(category), page])
    const messages = (found?.rows ?? []).map(messageOf)
    const last = messages.at(-1)?.stored?.cursor ?? after
    const [head] = (end?.rows ?? []).map((row) => cursorOf(row.ordering_xid, row.global_position))
    const hasLookedAtAll = rows === undefined || messages.length < rows
    return { messages, cursor: hasLookedAtAll && head !== undefined && isAfter(head, last) ? head : last }
  }

  async #rows(statement: Statement): Promise<readonly DriverRow[]> {
    if (isInVain(statement)) return this.#none([])
    const [result] = await this.#flush([statement])
    return result?.rows ?? []
  }

  #flush(statements: readonly Statement[]) {
    this.#context.state.check()
    return this.#attempt(() => this.#context.client.flush(statements))
  }

  #none<Nothing>(nothing: Nothing): Nothing {
    this.#context.state.check()
    return nothing
  }

  async #attempt<Result>(action: () => Promise<Result>): Promise<Result> {
    try {
      return await action()
    } catch (error) {
      throw translated(error, this.#context.what)
    }
  }
}
