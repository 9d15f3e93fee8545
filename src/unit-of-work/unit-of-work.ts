/**
 * One transaction of the domain. It only collects: objects that were added or removed, messages to append, rows of the framework's own.
 * Nothing is written before `commit`, which hands the database one change set, unless a query must see what is pending: then that is flushed
 * into a transaction which the rest joins. Steps of a commit: stamps and enrichers, rows and events, one write, notes on the objects that they
 * are stored. When any step fails, nothing is stored and the objects are as they were.
 */
import { ProteanError, TransactionError, ValidationError } from '../errors.ts'
import type { Message } from '../messaging/message.ts'
import { changeRevocably } from '../model/atomic.ts'
import type { Tracked } from '../model/entity-state.ts'
import { describeEntity, stateOf } from '../model/entity-state.ts'
import type { CommitReceipt } from '../ports/change-set.ts'
import type { Database, DatabaseBulkWrites, DatabaseReads, Transaction } from '../ports/database.ts'
import type { Row, TableSchema } from '../ports/table.ts'
import { UniqueViolation } from '../ports/unique-violation.ts'
import { ChangeCollector, needsWriting } from './change-collector.ts'
import { takeGenerated } from './generated-values.ts'
import { IdentityMap } from './identity-map.ts'
import type { CommittedEvent, Runtime } from './runtime.ts'
import { mayHaveStamps, stamp } from './stamps.ts'

interface Pending {
  readonly changes: ChangeCollector
  readonly events: readonly CommittedEvent[]
}

type State = 'open' | 'committing' | 'committed' | 'rolled back'

export class UnitOfWork {
  readonly identityMap = new IdentityMap()
  readonly #runtime: Runtime
  readonly #saves = new Set<Tracked>()
  #removals: Set<Tracked> | undefined
  readonly #messages: Message[] = []
  readonly #rows: { readonly table: TableSchema; readonly row: Row }[] = []
  readonly #undo: (() => void)[] = []
  readonly #events: CommittedEvent[] = []
  readonly #afterCommit: (() => Promise<unknown>)[] = []
  #state: State = 'open'
  #database: Database | undefined
  #transaction: Transaction | undefined
  #doom: { readonly reason: unknown } | undefined

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** Events of the commit, in the order in which their aggregates were added. */
  get events(): readonly CommittedEvent[] {
    return this.#events
  }

  add(entity: Tracked): void {
    this.#use(this.#runtime.databaseFor(stateOf(entity).definition))
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
    this.#use(this.#runtime.databaseFor(stateOf(entity).definition))
    this.#saves.delete(entity)
    this.#removals ??= new Set()
    this.#removals.add(entity)
  }

  isRemoved(entity: Tracked): boolean {
    return this.#removals?.has(entity) === true
  }

  /** A message to be appended with the commit. */
  append(message: Message, database: Database): void {
    this.#use(database)
    this.#messages.push(message)
  }

  /** A row of the framework's own to be inserted with the commit. */
  insert(table: TableSchema, row: Row, database: Database): void {
    this.#use(database)
    this.#rows.push({ table, row })
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
      throw new TransactionError(
        'A nested unit of work failed and its error was caught, so that the outer one cannot be committed either. Let the error through, or run the part that may fail in a unit of work of its own.',
        { code: 'ROLLBACK_ONLY', cause: reason },
      )
    }
    // What is added from here on, by code that nobody waited for, is no part of this unit any more.
    this.#state = 'committing'
    try {
      const transaction = this.#transaction
      const target = transaction ?? this.#database
      if (target !== undefined) {
        const pending = this.#collect()
        // A transaction whose commit fails is over: it must not be rolled back again.
        this.#transaction = undefined
        if (transaction !== undefined || !pending.changes.isEmpty) {
          this.#take(pending, await target.commit(pending.changes.changeSet).catch(throwTranslated))
        }
      }
      this.#state = 'committed'
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

  async #flush(database: Database): Promise<void> {
    if (!this.#hasPending()) return
    this.#transaction ??= await database.begin()
    const pending = this.#collect()
    this.#take(pending, await this.#transaction.apply(pending.changes.changeSet).catch(throwTranslated))
  }

  #hasPending(): boolean {
    return this.#messages.length > 0 || this.#rows.length > 0 || (this.#removals?.size ?? 0) > 0 || [...this.#saves].some(needsWriting)
  }

  /** Stamps what is pending, and puts it together to be written. */
  #collect(): Pending {
    const changes = new ChangeCollector()
    const events: CommittedEvent[] = []
    for (const message of this.#messages) changes.append(message)
    for (const { table, row } of this.#rows) changes.insert(table, row)
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
    if (generated.length > 0) this.#undo.push(takeGenerated([...this.#saves], generated, this.#runtime))
    this.#events.push(...events)
  }

  #collectSave(changes: ChangeCollector, entity: Tracked, events: CommittedEvent[]): void {
    const state = stateOf(entity)
    if (!needsWriting(entity)) return
    const enrichers = state.definition.kind === 'aggregate' ? this.#runtime.aggregateEnrichers : []
    if (enrichers.length > 0 || mayHaveStamps(state.definition)) {
      this.#undo.push(
        changeRevocably(entity, () => {
          stamp(entity, this.#runtime.clock)
          for (const enrich of enrichers) enrich(entity as never)
        }),
      )
    }
    this.#collectEvents(changes, entity, events)
    changes.save(this.#runtime.mappingOf(state.definition), entity)
  }

  #collectRemoval(changes: ChangeCollector, entity: Tracked, events: CommittedEvent[]): void {
    if (!stateOf(entity).stored) return
    this.#collectEvents(changes, entity, events)
    changes.remove(this.#runtime.mappingOf(stateOf(entity).definition), entity)
  }

  #collectEvents(changes: ChangeCollector, entity: Tracked, events: CommittedEvent[]): void {
    for (const event of stateOf(entity).events) {
      const message = this.#runtime.messageOf(event)
      changes.append(message)
      events.push({ event, message })
    }
  }

  #use(database: Database): void {
    this.#database ??= database
    if (this.#database !== database) {
      throw new TransactionError(
        `This unit of work writes to database "${this.#database.name}" and would now write to "${database.name}" too; two databases cannot commit together. React to an event in a handler that writes to the other one.`,
        { code: 'TWO_DATABASES' },
      )
    }
  }
}

const NONE: readonly Tracked[] = []

function throwTranslated(error: unknown): never {
  throw translated(error)
}

/** The error that a failed write means to the domain. */
export function translated(error: unknown): unknown {
  if (error instanceof UniqueViolation) {
    const path = error.fields[0] ?? '_entity'
    return new ValidationError(
      error.fields.map((field) => ({
        path: field,
        code: 'UNIQUE',
        message: error.fields.length === 1 ? 'is taken already' : `is taken already, together with ${path}`,
      })),
      { element: error.table.element, cause: error },
    )
  }
  if (error instanceof ProteanError) return error
  return new TransactionError(`The unit of work could not be committed: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  })
}
