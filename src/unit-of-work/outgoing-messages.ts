/**
 * The messages of a unit of work whose event store is not the database's own. Where it saves event-sourced aggregates, one append brings all of them to the store, and is
 * the commit: it comes after the rows have been written in an open transaction, which has kept to their versions and holds their locks, and before that is
 * committed. Otherwise they go into the outbox, with the rows.
 */
import { isProteanError, TransactionError } from '../errors.ts'
import type { Message } from '../messaging/message.ts'
import type { Tracked } from '../model/entity-state.ts'
import { describeEntity } from '../model/entity-state.ts'
import type { ChangeSet, CommitReceipt, StreamAppend } from '../ports/change-set.ts'
import { NO_CHANGES } from '../ports/change-set.ts'
import type { Database, Transaction } from '../ports/database.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { Row, TableSchema } from '../ports/table.ts'
import { EVENT_OUTBOX, outboxRow } from './event-outbox.ts'
import { throwTranslated } from './translated-error.ts'

/** What is to be written to the database. */
interface RowChanges {
  readonly changeSet: ChangeSet
  readonly isEmpty: boolean
  insert(table: TableSchema, row: Row): void
}

export class OutgoingMessages {
  readonly #appends: StreamAppend[] = []
  /** An event-sourced aggregate among those that are saved, and its last event: whether that is in the store says whether all of this is. */
  #sourced: { readonly root: Tracked; readonly event: Message } | undefined
  #row: string | undefined

  /** Whether the append is the commit. */
  get isSourced(): boolean {
    return this.#sourced !== undefined
  }

  add(message: Message): void {
    const { stream, category } = message
    this.#appends.push({ stream, category, messages: [message] })
  }

  addEvents(root: Tracked, append: StreamAppend): void {
    this.#appends.push(append)
    this.#sourced = { root, event: append.messages.at(-1) as Message }
  }

  /** Notes that rows of the domain's own change: `what` names them in an error. Rows of the framework need no note. */
  addRowsOf(what: string): void {
    this.#row ??= what
  }

  /** Writes them into the outbox. Gives the streams of the messages, one entry for each. */
  intoOutbox(changes: RowChanges, now: Date): readonly string[] {
    const messages = this.#appends.flatMap((append) => append.messages)
    for (const [at, message] of messages.entries()) changes.insert(EVENT_OUTBOX, outboxRow(message, at + 1, now))
    return messages.map(({ stream }) => stream)
  }

  /**
   * Rows and messages, when event-sourced aggregates are saved. What fails before the append has ended leaves nothing behind. If the rows fail to commit after it, the
   * events are stored and stay: `ROWS_NOT_COMMITTED`.
   */
  async commit(store: EventStore, database: Database, open: Transaction | undefined, changes: RowChanges): Promise<CommitReceipt> {
    if (open === undefined && changes.isEmpty) return await this.#append(store)
    const transaction = open ?? (await database.begin())
    let receipt: CommitReceipt
    try {
      this.#refuseRows(database)
      receipt = await transaction.apply(changes.changeSet)
      await this.#append(store)
    } catch (error) {
      await transaction.rollback().catch(() => undefined)
      throw error
    }
    await transaction.commit(NO_CHANGES).catch((error) => this.#halfCommitted(error))
    return receipt
  }

  /** When the answer to an append got lost, its ids tell what became of it. */
  async #append(store: EventStore): Promise<CommitReceipt> {
    try {
      return await store.append(this.#appends)
    } catch (error) {
      if (!isProteanError(error) || error.code !== 'COMMIT_OUTCOME_UNKNOWN') throw error
      if (await this.#isStored(store)) return { generated: [], positions: new Map() }
    }
    return await store.append(this.#appends).catch(async (error) => {
      // It was still under way when it was looked for.
      if (await this.#isStored(store)) return { generated: [], positions: new Map() }
      throw error
    })
  }

  async #isStored(store: EventStore): Promise<boolean> {
    return this.#sourced !== undefined && (await store.find(this.#sourced.event.id)) !== undefined
  }

  #refuseRows(database: Database): void {
    if (this.#row === undefined || this.#sourced === undefined) return
    throw new TransactionError(
      `This unit of work saves ${describeEntity(this.#sourced.root)}, whose events are in an event store of their own, and ${this.#row} in the database "${database.name}"; the two cannot commit together. Change the one in a handler of the other's events.`,
      { code: 'TWO_STORES' },
    )
  }

  #halfCommitted(error: unknown): never {
    try {
      throwTranslated(error)
    } catch (cause) {
      const text = `The events of ${describeEntity(this.#sourced?.root as Tracked)} are stored, but the notes beside them in the database could not be committed: ${(cause as Error).message}`
      const fix = 'Do not repeat the change. An engine finds that out by itself, and so does a command with the same idempotency key.'
      throw new TransactionError(`${text} ${fix}`, { code: 'ROWS_NOT_COMMITTED', cause })
    }
  }
}
