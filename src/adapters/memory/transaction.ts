import { InvalidOperationError, TransactionError } from '../../errors.ts'
import type { ChangeSet, CommitReceipt, GeneratedValue } from '../../ports/change-set.ts'
import { checkPatch } from '../../ports/check-changes.ts'
import { checkClaim } from '../../ports/check-selection.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Claim, Selection, SelectionResult, Transaction } from '../../ports/database.ts'
import type { OpenState } from '../../ports/open-state.ts'
import type { ClusterRow, ClusterSchema, Row, TableSchema } from '../../ports/table.ts'
import type { EventLog } from './event-log.ts'
import type { OperationReport } from './operation-report.ts'
import { prepareChanges } from './prepare-changes.ts'
import { anyRow, claimedRows, countRows, loadClusters, matchingIds, selectClusters } from './queries.ts'
import type { RowStore } from './row-store.ts'
import { WorkingSet } from './working-set.ts'

type State = 'active' | 'failed' | 'ended'

/**
 * Changes are applied twice: at once to a working set that the transaction's own reads go through, and again, at commit, to a fresh one over what has been
 * committed by then, which repeats every check against it. No lock is held in between, but for claims, so a conflict shows at commit at the latest.
 */
export class MemoryTransaction implements Transaction {
  readonly #store: RowStore
  readonly #log: EventLog
  readonly #database: OpenState
  readonly #session: number
  readonly #report: OperationReport | undefined
  readonly #work: WorkingSet
  readonly #steps: ((work: WorkingSet) => void)[] = []
  readonly #generated: GeneratedValue[] = []
  #state: State = 'active'

  constructor(store: RowStore, log: EventLog, database: OpenState, report?: OperationReport) {
    this.#store = store
    this.#log = log
    this.#database = database
    this.#session = database.session
    this.#report = report
    this.#work = new WorkingSet(store, log)
  }

  async load(cluster: ClusterSchema, ids: readonly string[]): Promise<readonly ClusterRow[]> {
    this.#check()
    const rows = loadClusters(this.#work, cluster, ids)
    this.#report?.load(cluster, ids, rows)
    return rows
  }

  async select(selection: Selection): Promise<SelectionResult> {
    this.#check()
    const result = selectClusters(this.#work, selection)
    this.#report?.select(selection, result.rows)
    return result
  }

  async count(table: TableSchema, where: Criteria): Promise<number> {
    this.#check()
    this.#report?.matching('count', table, where)
    return countRows(this.#work, table, where)
  }

  async exists(table: TableSchema, where: Criteria): Promise<boolean> {
    this.#check()
    this.#report?.matching('exists', table, where)
    return anyRow(this.#work, table, where)
  }

  async apply(changes: ChangeSet): Promise<CommitReceipt> {
    this.#check()
    this.#report?.changes(changes)
    return this.#write(() => {
      const prepared = prepareChanges(this.#store, changes)
      this.#step((work) => work.apply(prepared.changes))
      this.#generated.push(...prepared.generated)
      const streams = new Set(changes.appends.flatMap(({ stream, messages }) => (messages.length > 0 ? [stream] : [])))
      return { generated: prepared.generated, positions: new Map([...this.#work.positions].filter(([stream]) => streams.has(stream))) }
    })
  }

  async updateWhere(table: TableSchema, where: Criteria, values: Row): Promise<number> {
    this.#check()
    this.#report?.matching('update', table, where)
    return this.#write(() => {
      const ids = matchingIds(this.#work, table, where)
      const stored = storedPatch(this.#store, table, values)
      this.#step((work) => work.patch(table, ids, stored))
      return ids.length
    })
  }

  async deleteWhere(table: TableSchema, where: Criteria): Promise<number> {
    this.#check()
    this.#report?.matching('delete', table, where)
    return this.#write(() => {
      const ids = matchingIds(this.#work, table, where)
      this.#step((work) => work.remove(table, ids))
      return ids.length
    })
  }

  async claim(claim: Claim): Promise<readonly ClusterRow[]> {
    this.#check()
    return this.#write(() => {
      checkClaim(claim, true)
      const { cluster, values } = claim
      const { held } = this.#store
      const { layout } = this.#store.table(cluster.table)
      const stored = storedPatch(this.#store, cluster.table, values)
      const found = claimedRows(this.#work, claim, (id) => held.isFree(layout, id, this))
      held.hold(layout, found, this)
      if (Object.keys(values).length > 0) this.#step((work) => work.mark(cluster.table, found, stored))
      const ids = found.map((row) => layout.idOf(row))
      const rows = loadClusters(this.#work, cluster, ids)
      this.#report?.claim(claim, rows)
      return rows
    })
  }

  async replaceTable(table: TableSchema, by: TableSchema): Promise<void> {
    this.#check()
    this.#write(() => this.#step((work) => work.replace(table, by)))
  }

  async commit(changes: ChangeSet): Promise<CommitReceipt> {
    this.#check()
    this.#state = 'ended'
    this.#store.held.release(this)
    this.#report?.changes(changes)
    const prepared = prepareChanges(this.#store, changes)
    const work = new WorkingSet(this.#store, this.#log)
    for (const step of this.#steps) step(work)
    work.apply(prepared.changes)
    work.publish()
    return { generated: [...this.#generated, ...prepared.generated], positions: work.positions }
  }

  async rollback(): Promise<void> {
    this.#state = 'ended'
    this.#store.held.release(this)
  }

  #step(step: (work: WorkingSet) => void): void {
    step(this.#work)
    this.#steps.push(step)
  }

  #write<Result>(write: () => Result): Result {
    try {
      return write()
    } catch (error) {
      this.#state = 'failed'
      throw error
    }
  }

  #check(): void {
    this.#database.check(this.#session)
    if (this.#state === 'ended') {
      throw new InvalidOperationError('The transaction has ended: begin another.', { code: 'TRANSACTION_ENDED' })
    }
    if (this.#state === 'failed') throw new TransactionError('A change in this transaction has failed: roll it back and begin another.')
  }
}

/** The values of a set-based update as they are kept. */
export function storedPatch(store: RowStore, table: TableSchema, values: Row): Row {
  checkPatch(table, values)
  return store.table(table).layout.storedValues(values)
}
