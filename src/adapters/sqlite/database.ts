import type { ChangeSet, CommitReceipt } from '../../ports/change-set.ts'
import { checkChanges, checkPatch } from '../../ports/check-changes.ts'
import { checkCriteria } from '../../ports/check-selection.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Claim, Database, DatabaseCapabilities, Selection, SelectionResult, Transaction } from '../../ports/database.ts'
import { OpenState } from '../../ports/open-state.ts'
import type { ClusterRow, ClusterSchema, Row, TableSchema } from '../../ports/table.ts'
import { changeSteps, deleteWhereSteps, updateWhereSteps } from '../sql/change-steps.ts'
import { claimSteps } from '../sql/claim-steps.ts'
import { countSteps, existsSteps, loadSteps, selectSteps } from '../sql/read-steps.ts'
import { createArtifacts, createOneTable, dropArtifacts, dropOneTable, resetData } from './artifacts.ts'
import type { SqliteConnection } from './connection.ts'
import { SqliteEventStore } from './event-store.ts'
import { appendMessages } from './message-log.ts'
import { SqliteSchemaTools } from './schema-tools.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import type { SqliteStoreOptions } from './store.ts'
import { SqliteStore } from './store.ts'
import { SqliteTransaction } from './transaction.ts'

/**
 * A SQLite database with its event store, in one file. One transaction writes at a time, in this process and in others that use the file; reads never wait.
 * Waiting is done without blocking the process, and fails after `busyTimeoutMs` with a retryable `DatabaseError` (`DATABASE_BUSY`).
 */
export class SqliteDatabase implements Database {
  readonly name: string
  readonly provider = 'sqlite'
  readonly capabilities: DatabaseCapabilities
  readonly events: SqliteEventStore
  readonly schema: SqliteSchemaTools
  readonly #store: SqliteStore
  readonly #state: OpenState
  readonly #transactions = new Set<SqliteTransaction>()

  constructor(options: SqliteStoreOptions) {
    this.name = options.name
    this.capabilities = { transactions: true, durable: options.path !== undefined }
    this.#store = new SqliteStore(options)
    this.#state = new OpenState(`database "${options.name}" (sqlite)`)
    this.events = new SqliteEventStore(this.#store)
    this.schema = new SqliteSchemaTools(this.#store, this.#state)
  }

  async open(): Promise<void> {
    await this.#store.open(this)
    await this.events.open()
    this.#state.open()
  }

  async close(): Promise<void> {
    this.#state.close()
    for (const transaction of [...this.#transactions]) transaction.abandon()
    await this.events.close()
    await this.#store.close(this)
  }

  async isAlive(): Promise<boolean> {
    return this.#state.isOpen && this.#store.answers()
  }

  async load(cluster: ClusterSchema, ids: readonly string[]): Promise<readonly ClusterRow[]> {
    return this.#read((reader) => reader.runSteps(loadSteps(sqliteDialect, cluster, ids)), cluster.children.length > 0)
  }

  async select(selection: Selection): Promise<SelectionResult> {
    return this.#read((reader) => reader.runSteps(selectSteps(sqliteDialect, selection)), true)
  }

  async count(table: TableSchema, where: Criteria): Promise<number> {
    return this.#read((reader) => reader.runSteps(countSteps(sqliteDialect, table, where)), false)
  }

  async exists(table: TableSchema, where: Criteria): Promise<boolean> {
    return this.#read((reader) => reader.runSteps(existsSteps(sqliteDialect, table, where)), false)
  }

  async commit(changes: ChangeSet): Promise<CommitReceipt> {
    this.#state.check()
    checkChanges(changes)
    const receipt = await this.#write((writer) => ({
      generated: writer.runSteps(changeSteps(sqliteDialect, changes, this.#store.givenNumbers)),
      positions: appendMessages(writer, changes.appends),
    }))
    this.#store.notify(changes.appends)
    return receipt
  }

  async updateWhere(table: TableSchema, where: Criteria, values: Row): Promise<number> {
    this.#state.check()
    checkCriteria(table, where)
    checkPatch(table, values)
    return this.#write((writer) => writer.runSteps(updateWhereSteps(sqliteDialect, table, where, values)))
  }

  async deleteWhere(table: TableSchema, where: Criteria): Promise<number> {
    this.#state.check()
    checkCriteria(table, where)
    return this.#write((writer) => writer.runSteps(deleteWhereSteps(sqliteDialect, table, where)))
  }

  async claim(claim: Claim): Promise<readonly ClusterRow[]> {
    this.#state.check()
    return this.#write((writer) => writer.runSteps(claimSteps(sqliteDialect, claim, false)))
  }

  async begin(): Promise<Transaction> {
    this.#state.check()
    const { session } = this.#state
    const turn = await this.#store.begin()
    const checkOpen = () => this.#state.check(session)
    if (!this.#state.isOpen) turn.rollback()
    checkOpen()
    const transaction = new SqliteTransaction(this.#store, turn, checkOpen, () => this.#transactions.delete(transaction))
    this.#transactions.add(transaction)
    return transaction
  }

  async createArtifacts(clusters: readonly ClusterSchema[]): Promise<void> {
    this.#state.check()
    await this.#write((writer) => createArtifacts(writer, clusters))
  }

  async dropArtifacts(clusters: readonly ClusterSchema[]): Promise<void> {
    this.#state.check()
    await this.#write((writer) => dropArtifacts(writer, clusters))
    this.#store.givenNumbers.clear()
  }

  async createTable(table: TableSchema): Promise<void> {
    this.#state.check()
    await this.#write((writer) => createOneTable(writer, table))
  }

  async dropTable(table: TableSchema): Promise<void> {
    this.#state.check()
    await this.#write((writer) => dropOneTable(writer, table))
  }

  async resetData(): Promise<void> {
    this.#state.check()
    await this.#write((writer) => resetData(writer))
    this.#store.givenNumbers.clear()
  }

  /** `isSeveral` where it may take more than one statement, which then see the same moment. */
  #read<Result>(read: (reader: SqliteConnection) => Result, isSeveral: boolean): Result {
    this.#state.check()
    const { reader } = this.#store
    return isSeveral ? reader.snapshot(() => read(reader)) : read(reader)
  }

  #write<Result>(work: (writer: SqliteConnection) => Result): Promise<Result> {
    const { session } = this.#state
    return this.#store.write((writer) => {
      this.#state.check(session)
      return work(writer)
    })
  }
}
