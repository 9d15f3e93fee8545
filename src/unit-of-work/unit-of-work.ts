/**
 * One transaction of the domain. It only collects: objects that were added or removed, messages to append, rows of the framework's own.
 * Nothing is written before `commit`, which hands the database one change set, unless a query must see what is pending: then that is flushed
 * into a transaction which the rest joins. Steps of a commit: stamps and enrichers, rows and events, one write, notes on the objects that they
 * are stored. When any step fails, nothing is stored and the objects are as they were.
 */
import { TransactionError } from '../errors.ts'
import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import type { Tracked } from '../model/entity-state.ts'
import { describeEntity, stateOf } from '../model/entity-state.ts'
import type { CommitReceipt, RowDelete, RowUpdate } from '../ports/change-set.ts'
import type { Database, DatabaseBulkWrites, DatabaseReads, Transaction } from '../ports/database.ts'
import type { Row, TableSchema } from '../ports/table.ts'
import { ChangeCollector, needsWriting } from './change-collector.ts'
import { factOf } from './fact-events.ts'
import { takeGenerated } from './generated-values.ts'
import { IdentityMap } from './identity-map.ts'
import { OutgoingMessages } from './outgoing-messages.ts'
import { rollbackOnly, twoDatabases } from './refused-units.ts'
import type { CommittedEvent, Runtime } from './runtime.ts'
import { stampForSave } from './stamps.ts'
import { throwTranslated } from './translated-error.ts'

interface Pending {
  readonly changes: ChangeCollector
  readonly events: readonly CommittedEvent[]
}

type State = 'open' | 'committing' | 'committed' | 'rolled back'

export class UnitOfWork {
  readonly identityMap = new IdentityMap()
  /** Told when everything is committed, and can do without: no effect, and nothing that fails. */
  listeners: (() => void)[] | undefined
  readonly #runtime: Runtime
  readonly #saves = new Set<Tracked>()
  #removals: Set<Tracked> | undefined
  readonly #messages: Message[] = []
  readonly #rows: ((changes: ChangeCollector) => void)[] = []
  readonly #undo: (() => void)[] = []
  /** The event-sourced aggregates whose events are among the changes. */
  #sourced: Tracked[] | undefined
  readonly #events: CommittedEvent[] = []
  readonly #afterCommit: (() => Promise<unknown>)[] = []
  /** The messages, where the event store cannot commit with the rows. */
  #outgoing: OutgoingMessages | undefined
  #state: State = 'open'
  #database: Database | undefined
  #transaction: Transaction | undefined
  #doom: { readonly reason: unknown } | undefined

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** The database that it writes to; undefined before the first change. */
  get database(): Database | undefined {
    return this.#database
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** Events of the commit, in the order in which their aggregates were added. */
  get events(): readonly CommittedEvent[] {
    return this.#events
  }

  add(entity: Tracked): void {
    this.#use(this.#runtime.databaseFor(stateOf(entity).definition), stateOf(entity).definition)
    if (this.identityMap.put(entity) !== entity) {
      throw new TransactionError(
        `${describeEntity(entity)} is in this unit of work already, as another object. Change the one that the repository gave you.`,
        { code: 'TWO_INSTANCES' },
      )
    }
    this.#removals?.delete(entity)
    this.#saves.add(entity)
  }

  remove(entity: Tracked): void {
    this.#use(this.#runtime.databaseFor(stateOf(entity).definition), stateOf(entity).definition)
    this.#saves.delete(entity)
    this.#removals ??= new Set()
    this.#removals.add(entity)
  }

  isRemoved(entity: Tracked): boolean {
    return this.#removals?.has(entity) === true
  }

  /** A message to be appended with the commit. */
  append(message: Message, database: Database): void {
    this.#runtime.refuseOtherWrites()
    this.#use(database)
    this.#messages.push(message)
  }

  /** A row of the framework's own to be inserted with the commit. */
  insert(table: TableSchema, row: Row, database: Database): void {
    this.#runtime.refuseOtherWrites()
    this.#use(database)
    this.#rows.push((changes) => changes.insert(table, row))
  }

  /** A row of the framework's own to be replaced with the commit. */
  update(update: RowUpdate, database: Database): void {
    this.#use(database)
    this.#rows.push((changes) => changes.update(update))
  }

  /** A row of the framework's own to be removed with the commit. */
  delete(row: RowDelete, database: Database): void {
    this.#use(database)
    this.#rows.push((changes) => changes.delete(row))
  }

  /** Something to do once everything is committed, that is not part of the transaction. */
  afterCommit(action: () => Promise<unknown>): void {
    this.#afterCommit.push(action)
  }

  get hasAfterCommit(): boolean {
    return this.#afterCommit.length > 0
  }

  /** Runs what was left for after the commit, all of it, and gives what failed. */
  async runAfterCommit(): Promise<readonly unknown[]> {
    const results = await Promise.allSettled(this.#afterCommit.map((action) => action()))
    return results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  }

  /** Where single objects are read from. */
  pointReads(database: Database): DatabaseReads {
    return this.#database === database ? (this.#transaction ?? database) : database
  }

  /** Where queries are read from: pending changes are flushed first, so that they are seen. */
  async queryReads(database: Database): Promise<DatabaseReads> {
    if (this.#database === database) await this.#flush(database)
    return this.pointReads(database)
  }

  /** Set-based writes as part of this unit of work. */
  async bulkWrites(database: Database): Promise<DatabaseBulkWrites> {
    this.#use(database)
    await this.#flush(database)
    this.#outgoingMessages()?.addRowsOf('the rows that a query changes')
    this.#transaction ??= await database.begin()
    return this.#transaction
  }

  /** Marks that a joined part has failed: what it left undone must not be committed. */
  doom(reason: unknown): void {
    this.#doom ??= { reason }
  }

  async commit(): Promise<void> {
    if (this.#doom !== undefined) {
      const { reason } = this.#doom
      await this.rollback()
      throw rollbackOnly(reason)
    }
    // What is added from here on, by code that nobody waited for, is no part of this unit any more.
    this.#state = 'committing'
    try {
      const forwarded = this.#database === undefined ? NONE : await this.#write(this.#database)
      this.#state = 'committed'
      if (forwarded.length > 0) await this.#runtime.forwarder()?.forward(this.#database as Database, forwarded)
      for (const entity of this.#sourced ?? NONE) this.#runtime.histories.saved(entity)
      for (const tell of this.listeners ?? []) tell()
    } catch (error) {
      await this.rollback()
      throw error
    }
  }

  /** Gives everything up; the objects' versions, stamps and events are as before. */
  async rollback(): Promise<void> {
    this.#state = 'rolled back'
    for (const undo of this.#undo.reverse()) undo()
    this.#events.length = 0
    const transaction = this.#transaction
    this.#transaction = undefined
    try {
      await transaction?.rollback()
    } catch {
      // The connection is gone, and with it the transaction: the server has rolled it back. What matters is why we are here.
    }
  }

  /** Commits what is pending. Gives the streams of messages that are now in the outbox. */
  async #write(database: Database): Promise<readonly string[]> {
    const transaction = this.#transaction
    const pending = this.#collect()
    const { changes } = pending
    const outgoing = this.#outgoing
    // A transaction whose commit fails is over: it must not be rolled back again.
    this.#transaction = undefined
    if (outgoing?.isSourced) {
      const receipt = await outgoing.commit(this.#runtime.eventStore(), database, transaction, changes).catch(throwTranslated)
      this.#take(pending, receipt)
      return NONE
    }
    const forwarded = outgoing?.intoOutbox(changes, this.#runtime.clock.now()) ?? NONE
    if (transaction !== undefined || !changes.isEmpty) {
      this.#take(pending, await (transaction ?? database).commit(changes.changeSet).catch(throwTranslated))
    }
    return forwarded
  }

  async #flush(database: Database): Promise<void> {
    if (!this.#hasPending()) return
    const pending = this.#collect()
    // Messages for an event store of its own wait for the commit.
    if (pending.changes.isEmpty) return this.#take(pending, NO_RECEIPT)
    this.#transaction ??= await database.begin()
    this.#take(pending, await this.#transaction.apply(pending.changes.changeSet).catch(throwTranslated))
  }

  #hasPending(): boolean {
    return this.#messages.length + this.#rows.length + (this.#removals?.size ?? 0) > 0 || [...this.#saves].some(needsWriting)
  }

  /** Stamps what is pending, and puts it together to be written. */
  #collect(): Pending {
    const changes = new ChangeCollector(this.#outgoingMessages())
    const events: CommittedEvent[] = []
    for (const message of this.#messages) changes.append(message)
    for (const write of this.#rows) write(changes)
    for (const entity of this.#removals ?? NONE) this.#collectRemoval(changes, entity, events)
    for (const entity of this.#saves) this.#collectSave(changes, entity, events)
    this.#messages.length = 0
    this.#rows.length = 0
    this.#removals = undefined
    // Noted before it is written, and taken back if that fails: what is changed while the write is under way is then still to be saved.
    this.#undo.push(changes.written())
    return { changes, events }
  }

  /** What the database has made of it. */
  #take({ events }: Pending, { generated }: CommitReceipt): void {
    const isRow = (entity: Tracked) => stateOf(entity).sourcing === undefined
    if (generated.length > 0) this.#undo.push(takeGenerated([...this.#saves].filter(isRow), generated, this.#runtime))
    this.#events.push(...events)
  }

  #collectSave(changes: ChangeCollector, entity: Tracked, events: CommittedEvent[]): void {
    const state = stateOf(entity)
    if (!needsWriting(entity)) return
    if (state.sourcing !== undefined) {
      const fact = factOf(entity)
      changes.saveEvents(entity, this.#collectEvents(state.events, events))
      if (fact !== undefined) for (const message of this.#collectEvents([fact], events)) changes.append(message)
      this.#sourced ??= []
      if (!this.#sourced.includes(entity)) this.#sourced.push(entity)
      return
    }
    const undoStamps = stampForSave(entity, this.#runtime)
    if (undoStamps !== undefined) this.#undo.push(undoStamps)
    const fact = factOf(entity)
    const raised = fact === undefined ? state.events : [...state.events, fact]
    for (const message of this.#collectEvents(raised, events)) changes.append(message)
    changes.save(this.#runtime.mappingOf(state.definition), entity)
  }

  #collectRemoval(changes: ChangeCollector, entity: Tracked, events: CommittedEvent[]): void {
    if (!stateOf(entity).stored) return
    for (const message of this.#collectEvents(stateOf(entity).events, events)) changes.append(message)
    changes.remove(this.#runtime.mappingOf(stateOf(entity).definition), entity)
  }

  #collectEvents(raised: readonly object[], events: CommittedEvent[]): readonly Message[] {
    return raised.map((event) => {
      const message = this.#runtime.messageOf(event)
      events.push({ event, message })
      return message
    })
  }

  #outgoingMessages(): OutgoingMessages | undefined {
    if (this.#runtime.forwarder() !== undefined) this.#outgoing ??= new OutgoingMessages()
    return this.#outgoing
  }

  #use(database: Database, definition?: ElementDefinition): void {
    if (definition !== undefined) this.#runtime.refuseOtherWrites(definition)
    this.#database ??= database
    if (this.#database !== database) throw twoDatabases(this.#database, database)
  }
}

const NONE: readonly never[] = []
const NO_RECEIPT: CommitReceipt = { generated: [], positions: new Map() }
