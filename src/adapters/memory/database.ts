import type { ChangeSet, CommitReceipt } from '../../ports/change-set.ts'
import { checkClaim } from '../../ports/check-selection.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Claim, Database, DatabaseCapabilities, Selection, SelectionResult, Transaction } from '../../ports/database.ts'
import { OpenState } from '../../ports/open-state.ts'
import type { StatementFeed } from '../../ports/statement-feed.ts'
import type { ClusterRow, ClusterSchema, Row, TableSchema } from '../../ports/table.ts'
import { EventLog } from './event-log.ts'
import { MemoryEventStore } from './event-store.ts'
import { OperationReport } from './operation-report.ts'
import { prepareChanges } from './prepare-changes.ts'
import { anyRow, claimedRows, countRows, loadClusters, matchingIds, selectClusters } from './queries.ts'
import { RowStore } from './row-store.ts'
import { MemoryTransaction, storedPatch } from './transaction.ts'
import { WorkingSet } from './working-set.ts'

export interface MemoryDatabaseOptions {
  readonly name: string
  /** What is asked is reported here. */
  readonly statements?: StatementFeed | undefined
}

/**
 * A database in this process's memory, the executable form of the port's contract. Each call takes effect in one step between two others, so commits are
 * atomic without locks, and costs what it touches, whatever else is stored. What it holds stays while it is closed, until `resetData`.
 */
export class MemoryDatabase implements Database {
  readonly name: string
  readonly provider = 'memory'
  readonly capabilities: DatabaseCapabilities = { transactions: true, durable: false }
  readonly events: MemoryEventStore
  readonly #state: OpenState
  readonly #store = new RowStore()
  readonly #log = new EventLog()
  readonly #report: OperationReport | undefined

  constructor(options: MemoryDatabaseOptions) {
    this.name = options.name
    this.#report = options.statements && new OperationReport(options.statements)
    this.events = new MemoryEventStore({ name: options.name, log: this.#log, report: this.#report })
    this.#state = new OpenState(`database "${options.name}" (memory)`)
  }

  async open(): Promise<void> {
    this.#state.open()
    await this.events.open()
  }

  async close(): Promise<void> {
    this.#state.close()
    this.#store.held.clear()
    await this.events.close()
  }

  async isAlive(): Promise<boolean> {
    return this.#state.isOpen
  }

  async load(cluster: ClusterSchema, ids: readonly string[]): Promise<readonly ClusterRow[]> {
    this.#state.check()
    const rows = loadClusters(this.#store, cluster, ids)
    this.#report?.load(cluster, ids, rows)
    return rows
  }

  async select(selection: Selection): Promise<SelectionResult> {
    this.#state.check()
    const result = selectClusters(this.#store, selection)
    this.#report?.select(selection, result.rows)
    return result
  }

  async count(table: TableSchema, where: Criteria): Promise<number> {
    this.#state.check()
    this.#report?.matching('count', table, where)
    return countRows(this.#store, table, where)
  }

  async exists(table: TableSchema, where: Criteria): Promise<boolean> {
    this.#state.check()
    this.#report?.matching('exists', table, where)
    return anyRow(this.#store, table, where)
  }

  async commit(changes: ChangeSet): Promise<CommitReceipt> {
    this.#state.check()
    this.#report?.changes(changes)
    const prepared = prepareChanges(this.#store, changes)
    const work = this.#work()
    work.apply(prepared.changes)
    work.publish()
    return { generated: prepared.generated, positions: work.positions }
  }

  async updateWhere(table: TableSchema, where: Criteria, values: Row): Promise<number> {
    this.#state.check()
    this.#report?.matching('update', table, where)
    const ids = matchingIds(this.#store, table, where)
    const work = this.#work()
    work.patch(table, ids, storedPatch(this.#store, table, values))
    work.publish()
    return ids.length
  }

  async deleteWhere(table: TableSchema, where: Criteria): Promise<number> {
    this.#state.check()
    this.#report?.matching('delete', table, where)
    const ids = matchingIds(this.#store, table, where)
    const work = this.#work()
    work.remove(table, ids)
    work.publish()
    return ids.length
  }

  async claim(claim: Claim): Promise<readonly ClusterRow[]> {
    this.#state.check()
    checkClaim(claim, false)
    const { cluster, values } = claim
    const { layout } = this.#store.table(cluster.table)
    const stored = storedPatch(this.#store, cluster.table, values)
    const found = claimedRows(this.#store, claim, (id) => this.#store.held.isFree(layout, id))
    const work = this.#work()
    work.mark(cluster.table, found, stored)
    work.publish()
    const ids = found.map((row) => layout.idOf(row))
    const rows = loadClusters(this.#store, cluster, ids)
    this.#report?.claim(claim, rows)
    return rows
  }

  async begin(): Promise<Transaction> {
    this.#state.check()
    return new MemoryTransaction(this.#store, this.#log, this.#state, this.#report)
  }

  async createArtifacts(clusters: readonly ClusterSchema[]): Promise<void> {
    this.#state.check()
    this.#store.create(clusters)
  }

  async dropArtifacts(clusters: readonly ClusterSchema[]): Promise<void> {
    this.#state.check()
    this.#store.drop(clusters)
    this.#log.clear()
  }

  async createTable(table: TableSchema): Promise<void> {
    this.#state.check()
    this.#store.table(table)
  }

  async dropTable(table: TableSchema): Promise<void> {
    this.#state.check()
    this.#store.remove(table.name)
  }

  async resetData(): Promise<void> {
    this.#state.check()
    this.#store.clear()
    this.#log.clear()
  }

  #work(): WorkingSet {
    return new WorkingSet(this.#store, this.#log)
  }
}
