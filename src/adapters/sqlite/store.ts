import { DatabaseError } from '../../errors.ts'
import { AppendListeners } from '../../ports/append-listeners.ts'
import type { StreamAppend } from '../../ports/change-set.ts'
import type { StatementFeed } from '../../ports/statement-feed.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import type { GivenNumbers } from '../sql/number-rows.ts'
import type { SqliteConnection } from './connection.ts'
import { busyError } from './errors.ts'
import type { SqliteConnections } from './open-connections.ts'
import { openConnections } from './open-connections.ts'
import type { SqliteOptions } from './options.ts'
import { WriteTurns } from './write-turns.ts'

const FIRST_PAUSE_MS = 1
const LONGEST_PAUSE_MS = 50

export interface SqliteStoreOptions extends SqliteOptions {
  readonly name: string
  readonly timers: Timers
  /** What is run is reported here. */
  readonly statements?: StatementFeed | undefined
}

interface Session extends SqliteConnections {
  readonly turns: WriteTurns
}

export interface WriteOptions {
  /** `false` lets a table be made anew without its children going with the old one. It can be said only before a transaction begins. */
  readonly foreignKeys?: boolean
}

/** The right to write, with a transaction begun; ends with exactly one of the two. */
export interface WriteTurn {
  readonly connection: SqliteConnection
  commit(): void
  rollback(): void
}

/** One file, open while somebody uses it: the database, its event store, or both. Reads go by one connection, writes, one after the other, by another. */
export class SqliteStore {
  readonly listeners = new AppendListeners()
  readonly givenNumbers: GivenNumbers = new Map()
  readonly options: SqliteStoreOptions
  readonly #users = new Set<object>()
  #opening: Promise<Session> | undefined
  #session: Session | undefined

  constructor(options: SqliteStoreOptions) {
    this.options = options
  }

  async open(user: object): Promise<void> {
    this.#users.add(user)
    this.#opening ??= this.#open()
    try {
      this.#session = await this.#opening
    } catch (error) {
      this.#users.delete(user)
      this.#opening = undefined
      throw error
    }
  }

  async close(user: object): Promise<void> {
    if (!this.#users.delete(user) || this.#users.size > 0) return
    const session = await this.#opening
    this.#opening = undefined
    this.#session = undefined
    session?.turns.refuse(() => this.#notOpen())
    await session?.close()
  }

  /** Where committed data is read from. */
  get reader(): SqliteConnection {
    return this.#current().reader
  }

  /** Whether a read gets an answer. Never throws. */
  answers(): boolean {
    try {
      return this.reader.run({ text: 'SELECT 1', values: [], gives: 'rows' }).rows.length === 1
    } catch {
      return false
    }
  }

  /** Runs one transaction; whatever it throws takes it back. */
  async write<Result>(work: (connection: SqliteConnection) => Result, options: WriteOptions = {}): Promise<Result> {
    const turn = await this.begin(options)
    try {
      const result = turn.connection.together(() => work(turn.connection))
      turn.commit()
      return result
    } catch (error) {
      turn.rollback()
      throw error
    }
  }

  /** Begins a transaction that may take its time. Waits for other writers, of this process and others, and then fails with `DatabaseError` (`DATABASE_BUSY`). */
  async begin({ foreignKeys = true }: WriteOptions = {}): Promise<WriteTurn> {
    const session = this.#current()
    const { name, busyTimeoutMs } = this.options
    await session.turns.take(busyTimeoutMs, () => busyError(name))
    try {
      this.#checkCurrent(session)
      if (!foreignKeys) session.writer.exec('PRAGMA foreign_keys = OFF')
      await this.#lock(session)
      this.#checkCurrent(session)
    } catch (error) {
      this.#giveBack(session, foreignKeys)
      throw error
    }
    return this.#turn(session, foreignKeys)
  }

  /** Tells of appends that were committed. */
  notify(appends: readonly StreamAppend[]): void {
    const categories = appends.filter(({ messages }) => messages.length > 0).map(({ category }) => category)
    if (categories.length > 0) this.listeners.notify(categories)
  }

  async #open(): Promise<Session> {
    return {
      ...(await openConnections(this.options.name, this.options, this.options.statements)),
      turns: new WriteTurns(this.options.timers),
    }
  }

  /** Takes the lock on the file. Pauses between attempts, where SQLite itself would wait with this whole process. */
  async #lock(session: Session): Promise<void> {
    const { name, busyTimeoutMs, timers } = this.options
    let waitedMs = 0
    for (let pauseMs = FIRST_PAUSE_MS; !session.writer.tryBegin(); pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      if (waitedMs >= busyTimeoutMs) throw busyError(name)
      await timers.sleep(pauseMs)
      waitedMs += pauseMs
      this.#checkCurrent(session)
    }
  }

  #turn(session: Session, foreignKeys: boolean): WriteTurn {
    const { writer } = session
    let isOver = false
    const end = (how: () => void) => {
      if (isOver) return
      isOver = true
      try {
        how()
      } finally {
        this.#giveBack(session, foreignKeys)
      }
    }
    // Closing takes back what is not committed.
    const rollback = () => (session === this.#session ? writer.rollback() : undefined)
    const commit = () => {
      this.#checkCurrent(session)
      try {
        writer.commit()
      } catch (error) {
        writer.rollback()
        throw error
      }
    }
    return { connection: writer, commit: () => end(commit), rollback: () => end(rollback) }
  }

  #giveBack(session: Session, foreignKeys: boolean): void {
    // Once it is closed there is nothing to be set right.
    if (!foreignKeys && session === this.#session) session.writer.exec('PRAGMA foreign_keys = ON')
    session.turns.release()
  }

  #current(): Session {
    if (this.#session === undefined) throw this.#notOpen()
    return this.#session
  }

  #checkCurrent(session: Session): void {
    if (session !== this.#session) throw this.#notOpen()
  }

  #notOpen(): DatabaseError {
    return new DatabaseError(`The database "${this.options.name}" (sqlite) is not open: call open() first.`, { code: 'NOT_OPEN' })
  }
}
