import { InvalidOperationError, TransactionError } from '../../errors.ts'
import type { ChangeSet, CommitReceipt, GeneratedValue } from '../../ports/change-set.ts'
import { checkChanges, checkPatch } from '../../ports/check-changes.ts'
import { checkCriteria } from '../../ports/check-selection.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Claim, Selection, SelectionResult, Transaction } from '../../ports/database.ts'
import type { ClusterRow, ClusterSchema, Row, TableSchema } from '../../ports/table.ts'
import { changeSteps, deleteWhereSteps, updateWhereSteps } from '../sql/change-steps.ts'
import { claimSteps } from '../sql/claim-steps.ts'
import { countSteps, existsSteps, loadSteps, selectSteps } from '../sql/read-steps.ts'
import { carryNumbers } from '../sql/replace-table.ts'
import type { Steps } from '../sql/steps.ts'
import { replaceOneTable } from './artifacts.ts'
import { appendMessages } from './message-log.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import type { SqliteStore, WriteTurn } from './store.ts'

type State = 'active' | 'failed' | 'ended'

/** Holds the right to write from its beginning to its end, so that nothing it has seen can change meanwhile; others read what was committed before. */
export class SqliteTransaction implements Transaction {
  readonly #store: SqliteStore
  readonly #turn: WriteTurn
  readonly #checkOpen: () => void
  readonly #onEnd: () => void
  readonly #generated: GeneratedValue[] = []
  readonly #positions = new Map<string, number>()
  #appends: ChangeSet['appends'] = []
  #state: State = 'active'

  /** `checkOpen` fails once the database has been closed. */
  constructor(store: SqliteStore, turn: WriteTurn, checkOpen: () => void, onEnd: () => void) {
    this.#store = store
    this.#turn = turn
    this.#checkOpen = checkOpen
    this.#onEnd = onEnd
  }

  async load(cluster: ClusterSchema, ids: readonly string[]): Promise<readonly ClusterRow[]> {
    return this.#read(() => loadSteps(sqliteDialect, cluster, ids))
  }

  async select(selection: Selection): Promise<SelectionResult> {
    return this.#read(() => selectSteps(sqliteDialect, selection))
  }

  async count(table: TableSchema, where: Criteria): Promise<number> {
    return this.#read(() => countSteps(sqliteDialect, table, where))
  }

  async exists(table: TableSchema, where: Criteria): Promise<boolean> {
    return this.#read(() => existsSteps(sqliteDialect, table, where))
  }

  async apply(changes: ChangeSet): Promise<CommitReceipt> {
    this.#check()
    return this.#write(() => this.#turn.connection.together(() => this.#apply(changes)))
  }

  async updateWhere(table: TableSchema, where: Criteria, values: Row): Promise<number> {
    this.#check()
    return this.#write(() => {
      checkCriteria(table, where)
      checkPatch(table, values)
      return this.#run(updateWhereSteps(sqliteDialect, table, where, values))
    })
  }

  async deleteWhere(table: TableSchema, where: Criteria): Promise<number> {
    this.#check()
    return this.#write(() => {
      checkCriteria(table, where)
      return this.#run(deleteWhereSteps(sqliteDialect, table, where))
    })
  }

  async claim(claim: Claim): Promise<readonly ClusterRow[]> {
    this.#check()
    return this.#write(() => this.#run(claimSteps(sqliteDialect, claim, true)))
  }

  async replaceTable(table: TableSchema, by: TableSchema): Promise<void> {
    this.#check()
    this.#write(() => replaceOneTable(this.#turn.connection, table, by))
    carryNumbers(this.#store.givenNumbers, table, by)
  }

  async commit(changes: ChangeSet): Promise<CommitReceipt> {
    this.#check()
    this.#write(() => {
      this.#turn.connection.together(() => this.#apply(changes))
      this.#turn.commit()
    })
    this.#end('ended')
    this.#store.notify(this.#appends)
    return { generated: this.#generated, positions: this.#positions }
  }

  async rollback(): Promise<void> {
    this.abandon()
    this.#state = 'ended'
  }

  /** Takes everything back, as when the database is closed. */
  abandon(): void {
    if (this.#state === 'active') this.#end('ended')
  }

  #apply(changes: ChangeSet): CommitReceipt {
    checkChanges(changes)
    const generated = this.#run(changeSteps(sqliteDialect, changes, this.#store.givenNumbers))
    const positions = appendMessages(this.#turn.connection, changes.appends)
    this.#generated.push(...generated)
    for (const [stream, position] of positions) this.#positions.set(stream, position)
    this.#appends = [...this.#appends, ...changes.appends]
    return { generated, positions }
  }

  #read<Result>(steps: () => Steps<Result>): Result {
    this.#check()
    return this.#run(steps())
  }

  #run<Result>(steps: Steps<Result>): Result {
    return this.#turn.connection.runSteps(steps)
  }

  /** Nobody has to wait until the caller has seen that it failed. */
  #write<Result>(write: () => Result): Result {
    try {
      return write()
    } catch (error) {
      this.#end('failed')
      throw error
    }
  }

  #end(state: 'failed' | 'ended'): void {
    this.#state = state
    this.#onEnd()
    this.#turn.rollback()
  }

  #check(): void {
    this.#checkOpen()
    if (this.#state === 'ended') throw new InvalidOperationError('The transaction has ended: begin another.', { code: 'TRANSACTION_ENDED' })
    if (this.#state === 'failed') throw new TransactionError('A change in this transaction has failed: roll it back and begin another.')
  }
}
