import type { Message } from '../../messaging/message.ts'
import type { ChangeSet, CommitReceipt } from '../../ports/change-set.ts'
import { checkChanges } from '../../ports/check-changes.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Database, Selection, SelectionResult, Transaction } from '../../ports/database.ts'
import type { ClusterRow, ClusterSchema, TableSchema } from '../../ports/table.ts'
import { DatabaseFront } from './database-front.ts'
import type { RebuildRecord, RebuildState } from './rebuild-record.ts'
import { StagedRows } from './staged-rows.ts'

export interface StagingOptions {
  readonly database: Database
  /** The stand-in, which nobody else writes. */
  readonly table: TableSchema
  readonly record: RebuildRecord
  /** The table has just been made. */
  readonly isEmpty: boolean
  /** How far the rebuild is when these events are dealt with besides what is stored, and the log is read through `cursor`: their end when left out. */
  stateAfter(messages: readonly Message[], cursor: string | undefined): Partial<RebuildState>
}

/**
 * The database as the projectors of a rebuild have it. Each event has a unit of work of its own, as it has live, but what those commit is kept, and written
 * with others' in one transaction, together with how far the rebuild then is. Rows by identity come from memory where they can; whatever asks for more than
 * that has what was kept written first, and commits by itself.
 */
export class StagingDatabase extends DatabaseFront {
  readonly #options: StagingOptions
  readonly #rows: StagedRows
  /** Numbers that the database gives are known only when rows are written. */
  readonly #isDirect: boolean
  /** Dealt with, and not written yet. */
  #waiting: Message[] = []
  #current: Message | undefined

  constructor(options: StagingOptions) {
    super(options.database)
    this.#options = options
    this.#rows = new StagedRows(options.table, options.isEmpty)
    this.#isDirect = options.table.columns.some(({ generated }) => generated === true)
  }

  /** What is committed from now on are effects of this event. */
  enter(message: Message): void {
    this.#current = message
  }

  /** It has had them, or has none. */
  passed(): void {
    if (this.#current !== undefined) this.#waiting.push(this.#current)
    this.#current = undefined
  }

  /** It was refused. */
  left(): void {
    this.#current = undefined
  }

  /** Writes all that was kept. What it throws has stored nothing, unless only the answer was lost. */
  async flush(cursor?: string): Promise<void> {
    if (this.#waiting.length === 0 && cursor === undefined) return
    const { changes } = this.#rows
    await this.#write(changes, this.#waiting, cursor, (all) => this.inner.commit(all))
    this.#rows.written()
    this.#waiting = []
  }

  /** Gives up what was kept. */
  forget(): void {
    this.#rows.forget()
    this.#waiting = []
    this.#current = undefined
  }

  override async load(cluster: ClusterSchema, ids: readonly string[]): Promise<readonly ClusterRow[]> {
    const unknown = ids.filter((id) => this.#rows.find(id) === undefined)
    if (unknown.length > 0) this.#rows.learn(unknown, await this.inner.load(cluster, unknown))
    return ids.flatMap((id) => {
      const row = this.#rows.find(id)
      return row === null || row === undefined ? [] : [{ row, children: [] }]
    })
  }

  override async commit(changes: ChangeSet): Promise<CommitReceipt> {
    if (this.#isDirect) return await (await this.begin()).commit(changes)
    checkChanges(changes)
    this.#rows.stage(changes)
    return { generated: [], positions: new Map() }
  }

  /** A transaction that ends with how far the rebuild is after the event that it belongs to. */
  override async begin(): Promise<Transaction> {
    await this.flush()
    const transaction = await this.inner.begin()
    const message = this.#current as Message
    const commit = transaction.commit.bind(transaction)
    transaction.commit = async (changes) => {
      const receipt = await this.#write(changes, [message], undefined, commit)
      this.#rows.forget()
      this.#current = undefined
      return receipt
    }
    return transaction
  }

  override async select(selection: Selection): Promise<SelectionResult> {
    await this.flush()
    return await this.inner.select(selection)
  }

  override async count(table: TableSchema, where: Criteria): Promise<number> {
    await this.flush()
    return await this.inner.count(table, where)
  }

  override async exists(table: TableSchema, where: Criteria): Promise<boolean> {
    await this.flush()
    return await this.inner.exists(table, where)
  }

  async #write(
    changes: ChangeSet,
    messages: readonly Message[],
    cursor: string | undefined,
    commit: (changes: ChangeSet) => Promise<CommitReceipt>,
  ): Promise<CommitReceipt> {
    const { record, stateAfter } = this.#options
    const next = record.next({ phase: 'building', state: stateAfter(messages, cursor) })
    const receipt = await commit({ ...changes, updates: [...changes.updates, next] })
    record.accept(next)
    return receipt
  }
}
