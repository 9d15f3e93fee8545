/**
 * Brings committed messages from the outbox of a database to an event store that is not its own: at once after the commit, and at the start what a process
 * that died has left. One pass reads messages, appends them, and removes them; while it is under way, other commits gather for the next. Wherever it is cut
 * off, the next pass goes on: the event store takes a message only once, whoever brings it. A stream keeps its order, because every pass takes all that is
 * there of a stream, and a later version of an aggregate is committed only after an earlier one.
 */
import { isProteanError } from '../errors.ts'
import type { Message } from '../messaging/message.ts'
import type { Criteria } from '../ports/criteria.ts'
import { EVERYTHING } from '../ports/criteria.ts'
import type { Database } from '../ports/database.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { Timers } from '../util/runtime/timers.ts'
import { appendsOf, EVENT_OUTBOX, EVENT_OUTBOX_CLUSTER, IN_ORDER, messagesIn } from './event-outbox.ts'

export interface EventForwarderOptions {
  readonly store: EventStore
  readonly timers: Timers
}

const PAGE = 500
/** Others may bring the same messages at the same time, so that what is there already must be found out again. */
const ATTEMPTS = 10
const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 30_000

interface Lane {
  /** Streams that the next pass has to look at; undefined when there is no next pass yet. */
  gathering: Set<string> | undefined
  next: Promise<void>
  last: Promise<void>
}

export class EventForwarder {
  readonly #store: EventStore
  readonly #timers: Timers
  readonly #lanes = new Map<Database, Lane>()
  readonly #closing = new AbortController()
  readonly #retries = new Map<Database, Promise<void>>()

  constructor({ store, timers }: EventForwarderOptions) {
    this.#store = store
    this.#timers = timers
  }

  /**
   * Ends when the committed messages of these streams are in the event store, or cannot be brought there now: then a process warning says so, and it is
   * tried again after growing delays, for which no further commit waits. Never fails, because what is committed is committed.
   */
  forward(database: Database, streams: Iterable<string>): Promise<void> {
    if (this.#retries.has(database)) return Promise.resolve()
    const lane = this.#laneOf(database)
    if (lane.gathering === undefined) {
      lane.gathering = new Set()
      lane.next = lane.last.then(() => {
        const taken = [...(lane.gathering ?? [])]
        lane.gathering = undefined
        return this.#try(database, { op: 'compare', column: 'stream', lookup: 'in', value: taken })
      })
      lane.last = lane.next
    }
    for (const stream of streams) lane.gathering.add(stream)
    return lane.next
  }

  /** Brings everything that is left in these databases, as `forward` does. */
  async recover(databases: readonly Database[]): Promise<void> {
    const idle = databases.filter((database) => !this.#retries.has(database))
    await Promise.all(idle.map((database) => this.#recover(database)))
  }

  /** How many messages of a database are not in the event store yet. */
  waiting(database: Database): Promise<number> {
    return database.count(EVENT_OUTBOX, EVERYTHING)
  }

  /** Ends what is under way and gives up waiting. What is left stays in the outbox. */
  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all([...this.#lanes.values()].map(({ last }) => last))
    await Promise.all(this.#retries.values())
  }

  #recover(database: Database): Promise<void> {
    const lane = this.#laneOf(database)
    lane.last = lane.last.then(() => this.#try(database, EVERYTHING))
    return lane.last
  }

  #laneOf(database: Database): Lane {
    let lane = this.#lanes.get(database)
    if (lane === undefined) {
      lane = { gathering: undefined, next: Promise.resolve(), last: Promise.resolve() }
      this.#lanes.set(database, lane)
    }
    return lane
  }

  async #try(database: Database, where: Criteria): Promise<void> {
    try {
      await this.#pass(database, where)
    } catch (error) {
      // Before the tables are made nothing can be left in them.
      if (isProteanError(error) && error.code === 'MISSING_TABLE') return
      process.emitWarning(error instanceof Error ? error : new Error(String(error)))
      this.#retryLater(database)
    }
  }

  async #pass(database: Database, where: Criteria): Promise<void> {
    for (;;) {
      const { rows } = await database.select({ cluster: EVENT_OUTBOX_CLUSTER, where, orderBy: IN_ORDER, limit: PAGE })
      if (rows.length === 0) return
      await this.#append(messagesIn(rows.map(({ row }) => row)))
      const ids = rows.map(({ row }) => String(row.id))
      await database.deleteWhere(EVENT_OUTBOX, { op: 'compare', column: 'id', lookup: 'in', value: ids })
      if (rows.length < PAGE) return
    }
  }

  async #append(messages: readonly Message[]): Promise<void> {
    for (let attempt = 1, left = messages; left.length > 0; attempt += 1) {
      try {
        await this.#store.append(appendsOf(left))
        return
      } catch (error) {
        if (!isProteanError(error) || error.code !== 'DUPLICATE_MESSAGE' || attempt === ATTEMPTS) throw error
        const found = await Promise.all(left.map(async (message) => ((await this.#store.find(message.id)) === undefined ? [message] : [])))
        left = found.flat()
      }
    }
  }

  /** One retry at a time for each database; it brings everything that is left. */
  #retryLater(database: Database): void {
    if (this.#closing.signal.aborted || this.#retries.has(database)) return
    this.#retries.set(database, this.#retry(database))
  }

  async #retry(database: Database): Promise<void> {
    const { signal } = this.#closing
    for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
      await this.#timers.sleep(delayMs, signal)
      if (signal.aborted) return
      try {
        await this.#pass(database, EVERYTHING)
        break
      } catch {
        // The warning was given when it began to fail.
      }
    }
    this.#retries.delete(database)
    // What was committed during the last pass has not waited for one of its own.
    await this.#recover(database)
  }
}
