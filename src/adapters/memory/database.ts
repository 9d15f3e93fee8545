import type { ChangeSet, CommitReceipt } from '../../ports/change-set.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Database, DatabaseCapabilities, Selection, SelectionResult, Transaction } from '../../ports/database.ts'
import { OpenState } from '../../ports/open-state.ts'
import type { ClusterRow, ClusterSchema, Row, TableSchema } from '../../ports/table.ts'
import { EventLog } from './event-log.ts'
import { MemoryEventStore } from './event-store.ts'
import { prepareChanges } from './prepare-changes.ts'
import { anyRow, countRows, loadClusters, matchingIds, selectClusters } from './queries.ts'
import { RowStore } from './row-store.ts'
import { MemoryTransaction, storedPatch } from './transaction.ts'
import { WorkingSet } from './working-set.ts'

export interface MemoryDatabaseOptions {
  readonly name: string
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

  constructor(options: MemoryDatabaseOptions) {
    this.name = options.name
    this.events = new MemoryEventStore({ name: options.name, log: this.#log })
    this.#state = new OpenState(`database "${options.name}" (memory)`)
  }

  async open(): Promise<void> {
    this.#state.open()
    await this.events.open()
  }

  async close(): Promise<void> {
    this.#state.close()
    await this.events.close()
  }

  async isAlive(): Promise<boolean> {
    return this.#state.isOpen
  }

  async load(cluster: ClusterSchema, ids: readonly string[]): Promise<readonly ClusterRow[]> {
    this.#state.check()
    return loadClusters(this.#store, cluster, ids)
  }

  async select(selection: Selection): Promise<SelectionResult> {
    this.#state.check()
    return selectClusters(this.#store, selection)
  }

  async count(table: TableSchema, where: Criteria): Promise<number> {
    this.#state.check()
    return countRows(this.#store, table, where)
  }

  async exists(table: TableSchema, where: Criteria): Promise<boolean> {
    this.#state.check()
    return anyRow(this.#store, table, where)
  }

  async commit(changes: ChangeSet): Promise<CommitReceipt> {
    this.#state.check()
    const prepared = prepareChanges(this.#store, changes)
    const work = this.#work()
    work.apply(prepared.changes)
    work.publish()
    return { generated: prepared.generated, positions: work.positions }
  }

  async updateWhere(table: TableSchema, where: Criteria, values: Row): Promise<number> {
    this.#state.check()
    const ids = matchingIds(this.#store, table, where)
    const work = this.#work()
    work.patch(table, ids, storedPatch(this.#store, table, values))
    work.publish()
    return ids.length
  }

  async deleteWhere(table: TableSchema, where: Criteria): Promise<number> {
    this.#state.check()
    const ids = matchingIds(this.#store, table, where)
    const work = this.#work()
    work.remove(table, ids)
    work.publish()
    return ids.length
  }

  async begin(): Promise<Transaction> {
    this.#state.check()
    return new MemoryTransaction(this.#store, this.#log, this.#state)
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

  async resetData(): Promise<void> {
    this.#state.check()
    this.#store.clear()
    this.#log.clear()
  }

  #work(): WorkingSet {
    return new WorkingSet(this.#store, this.#log)
  }
}
