import type { ChangeSet, CommitReceipt } from '../../ports/change-set.ts'
import { checkChanges, checkPatch } from '../../ports/check-changes.ts'
import { checkCriteria } from '../../ports/check-selection.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Claim, Database, DatabaseCapabilities, Selection, SelectionResult, Transaction } from '../../ports/database.ts'
import { OpenState } from '../../ports/open-state.ts'
import type { ClusterRow, ClusterSchema, Row, TableSchema } from '../../ports/table.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import { deleteWhereSteps, updateWhereSteps } from '../sql/change-steps.ts'
import { claimSteps } from '../sql/claim-steps.ts'
import type { Dialect } from '../sql/dialect.ts'
import { countSteps, existsSteps, selectSteps } from '../sql/read-steps.ts'
import type { Steps } from '../sql/steps.ts'
import { runStepsAsync } from '../sql/steps.ts'
import { createArtifacts, createOneTable, dropArtifacts, dropOneTable, resetData } from './artifacts.ts'
import type { PostgresClient } from './client.ts'
import { CommitBatcher } from './commit-batcher.ts'
import type { PostgresContext } from './context.ts'
import { translated } from './errors.ts'
import { PostgresEventStore } from './event-store.ts'
import { LoadBatcher } from './load-batcher.ts'
import { RowStatements } from './row-statements.ts'
import { PostgresSchemaTools } from './schema-tools.ts'
import { PostgresTransaction } from './transaction.ts'

export interface PostgresDatabaseOptions {
  readonly name: string
  readonly provider: 'postgresql' | 'pglite'
  readonly client: PostgresClient
  readonly dialect: Dialect
  readonly timers: Timers
  /** Created with the tables where it is missing. */
  readonly schema?: string | undefined
  readonly durable: boolean
}

/**
 * A database on PostgreSQL, with its event store. A change set is one round trip, and so is each level of a cluster that is read. What many units of work commit
 * or load at once shares round trips and statements: `CommitBatcher`, `LoadBatcher`.
 */
export class PostgresDatabase implements Database {
  readonly name: string
  readonly provider: string
  readonly capabilities: DatabaseCapabilities
  readonly events: PostgresEventStore
  readonly schema: PostgresSchemaTools
  readonly #context: PostgresContext
  readonly #commits: CommitBatcher
  readonly #loads: LoadBatcher
  readonly #schemaName: string | undefined

  constructor({ name, provider, client, dialect, timers, schema, durable }: PostgresDatabaseOptions) {
    this.name = name
    this.provider = provider
    this.capabilities = { transactions: true, durable }
    this.#schemaName = schema
    const events = new PostgresEventStore({ name, provider, client, dialect, timers, schema })
    this.events = events
    const what = `database "${name}" (${provider})`
    this.#context = {
      client,
      dialect,
      rows: new RowStatements(dialect),
      what,
      state: new OpenState(what),
      given: new Map(),
      committed: (appends) => events.signal.appended(appends),
    }
    this.#commits = new CommitBatcher(this.#context, timers)
    this.#loads = new LoadBatcher(this.#context, timers)
    this.schema = new PostgresSchemaTools(this.#context, schema)
  }

  async open(): Promise<void> {
    await this.#attempt(() => this.#context.client.open())
    this.#context.state.open()
    await this.events.open()
  }

  async close(): Promise<void> {
    this.#context.state.close()
    await this.events.close()
    await this.#context.client.close()
  }

  async isAlive(): Promise<boolean> {
    return this.#context.state.isOpen && (await this.events.isAlive())
  }

  async load(cluster: ClusterSchema, ids: readonly string[]): Promise<readonly ClusterRow[]> {
    this.#context.state.check()
    return this.#loads.load(cluster, ids)
  }

  async select(selection: Selection): Promise<SelectionResult> {
    return this.#read(selectSteps(this.#context.dialect, selection))
  }

  async count(table: TableSchema, where: Criteria): Promise<number> {
    return this.#read(countSteps(this.#context.dialect, table, where))
  }

  async exists(table: TableSchema, where: Criteria): Promise<boolean> {
    return this.#read(existsSteps(this.#context.dialect, table, where))
  }

  async commit(changes: ChangeSet): Promise<CommitReceipt> {
    this.#context.state.check()
    checkChanges(changes)
    return this.#commits.commit(changes)
  }

  async updateWhere(table: TableSchema, where: Criteria, values: Row): Promise<number> {
    this.#context.state.check()
    checkCriteria(table, where)
    checkPatch(table, values)
    return this.#read(updateWhereSteps(this.#context.dialect, table, where, values))
  }

  async deleteWhere(table: TableSchema, where: Criteria): Promise<number> {
    this.#context.state.check()
    checkCriteria(table, where)
    return this.#read(deleteWhereSteps(this.#context.dialect, table, where))
  }

  async claim(claim: Claim): Promise<readonly ClusterRow[]> {
    return this.#read(claimSteps(this.#context.dialect, claim, false))
  }

  async begin(): Promise<Transaction> {
    this.#context.state.check()
    return this.#attempt(async () => new PostgresTransaction(this.#context, await this.#context.client.session()))
  }

  async createArtifacts(clusters: readonly ClusterSchema[]): Promise<void> {
    this.#context.state.check()
    await this.#attempt(() => createArtifacts(this.#context, this.#schemaName, clusters))
  }

  async dropArtifacts(clusters: readonly ClusterSchema[]): Promise<void> {
    this.#context.state.check()
    await this.#attempt(() => dropArtifacts(this.#context, clusters))
  }

  async createTable(table: TableSchema): Promise<void> {
    this.#context.state.check()
    await this.#attempt(() => createOneTable(this.#context, table))
  }

  async dropTable(table: TableSchema): Promise<void> {
    this.#context.state.check()
    await this.#attempt(() => dropOneTable(this.#context, table))
  }

  async resetData(): Promise<void> {
    this.#context.state.check()
    await this.#attempt(() => resetData(this.#context))
  }

  /** Steps that write take only one statement that does, which is a transaction by itself. */
  #read<Result>(steps: Steps<Result>): Promise<Result> {
    this.#context.state.check()
    return this.#attempt(() => runStepsAsync(steps, (statements) => this.#context.client.flush(statements)))
  }

  async #attempt<Result>(action: () => Promise<Result>): Promise<Result> {
    try {
      return await action()
    } catch (error) {
      throw translated(error, this.#context.what)
    }
  }
}
