import type { ChangeSet, CommitReceipt } from '../../ports/change-set.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Claim, Database, DatabaseCapabilities, Selection, SelectionResult, Transaction } from '../../ports/database.ts'
import type { ClusterRow, ClusterSchema, Row, TableSchema } from '../../ports/table.ts'

/** A database that leaves everything to another one; for those that leave most to it. */
export class DatabaseFront implements Database {
  protected readonly inner: Database

  constructor(inner: Database) {
    this.inner = inner
  }

  get name(): string {
    return this.inner.name
  }

  get provider(): string {
    return this.inner.provider
  }

  get capabilities(): DatabaseCapabilities {
    return this.inner.capabilities
  }

  get events(): Database['events'] {
    return this.inner.events
  }

  get schema(): Database['schema'] {
    return this.inner.schema
  }

  open(): Promise<void> {
    return this.inner.open()
  }

  close(): Promise<void> {
    return this.inner.close()
  }

  isAlive(): Promise<boolean> {
    return this.inner.isAlive()
  }

  load(cluster: ClusterSchema, ids: readonly string[]): Promise<readonly ClusterRow[]> {
    return this.inner.load(cluster, ids)
  }

  select(selection: Selection): Promise<SelectionResult> {
    return this.inner.select(selection)
  }

  count(table: TableSchema, where: Criteria): Promise<number> {
    return this.inner.count(table, where)
  }

  exists(table: TableSchema, where: Criteria): Promise<boolean> {
    return this.inner.exists(table, where)
  }

  commit(changes: ChangeSet): Promise<CommitReceipt> {
    return this.inner.commit(changes)
  }

  updateWhere(table: TableSchema, where: Criteria, values: Row): Promise<number> {
    return this.inner.updateWhere(table, where, values)
  }

  deleteWhere(table: TableSchema, where: Criteria): Promise<number> {
    return this.inner.deleteWhere(table, where)
  }

  claim(claim: Claim): Promise<readonly ClusterRow[]> {
    return this.inner.claim(claim)
  }

  begin(): Promise<Transaction> {
    return this.inner.begin()
  }

  createArtifacts(clusters: readonly ClusterSchema[]): Promise<void> {
    return this.inner.createArtifacts(clusters)
  }

  dropArtifacts(clusters: readonly ClusterSchema[]): Promise<void> {
    return this.inner.dropArtifacts(clusters)
  }

  createTable(table: TableSchema): Promise<void> {
    return this.inner.createTable(table)
  }

  dropTable(table: TableSchema): Promise<void> {
    return this.inner.dropTable(table)
  }

  resetData(): Promise<void> {
    return this.inner.resetData()
  }
}
