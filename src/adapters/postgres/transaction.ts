import { InvalidOperationError, TransactionError } from '../../errors.ts'
import type { ChangeSet, CommitReceipt, GeneratedValue, StreamAppend } from '../../ports/change-set.ts'
import { checkChanges, checkPatch } from '../../ports/check-changes.ts'
import { checkCriteria } from '../../ports/check-selection.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Claim, Selection, SelectionResult, Transaction } from '../../ports/database.ts'
import type { ClusterRow, ClusterSchema, Row, TableSchema } from '../../ports/table.ts'
import { changeSteps, deleteWhereSteps, updateWhereSteps } from '../sql/change-steps.ts'
import { claimSteps } from '../sql/claim-steps.ts'
import { countSteps, existsSteps, loadSteps, selectSteps } from '../sql/read-steps.ts'
import { carryNumbers } from '../sql/replace-table.ts'
import type { Statement, StatementResult } from '../sql/statement.ts'
import type { Steps } from '../sql/steps.ts'
import { runStepsAsync } from '../sql/steps.ts'
import { appendSteps, positionsAfter, streamsOf, versionSteps } from './append-plan.ts'
import { replacing } from './artifacts.ts'
import type { PostgresSession } from './client.ts'
import { FlushFailure } from './client.ts'
import type { PostgresContext } from './context.ts'
import { translated } from './errors.ts'
import { command } from './event-schema.ts'
import { rowLocks } from './row-locks.ts'

type State = 'active' | 'failed' | 'ended'

const BEGIN = command('BEGIN ISOLATION LEVEL READ COMMITTED')
const COMMIT = command('COMMIT')
const ROLLBACK = command('ROLLBACK')

/**
 * A transaction of the server on a connection of its own. It begins with the first statement. What it appends is only put by until the commit: all its streams
 * are then locked at once, in order, and for as short as can be.
 */
export class PostgresTransaction implements Transaction {
  readonly #context: PostgresContext
  readonly #session: PostgresSession
  readonly #openSession: number
  readonly #appends: StreamAppend[] = []
  readonly #generated: GeneratedValue[] = []
  #hasBegun = false
  #state: State = 'active'

  constructor(context: PostgresContext, session: PostgresSession) {
    this.#context = context
    this.#session = session
    this.#openSession = context.state.session
  }

  async load(cluster: ClusterSchema, ids: readonly string[]): Promise<readonly ClusterRow[]> {
    this.#check()
    return this.#run(loadSteps(this.#context.dialect, cluster, ids))
  }

  async select(selection: Selection): Promise<SelectionResult> {
    this.#check()
    return this.#run(selectSteps(this.#context.dialect, selection))
  }

  async count(table: TableSchema, where: Criteria): Promise<number> {
    this.#check()
    return this.#run(countSteps(this.#context.dialect, table, where))
  }

  async exists(table: TableSchema, where: Criteria): Promise<boolean> {
    this.#check()
    return this.#run(existsSteps(this.#context.dialect, table, where))
  }

  async apply(changes: ChangeSet): Promise<CommitReceipt> {
    this.#check()
    return this.#write(async () => {
      checkChanges(changes)
      const generated = await this.#applyRows(changes)
      this.#generated.push(...generated)
      const streams = streamsOf(changes.appends)
      const versions = await this.#run(versionSteps(streams))
      this.#appends.push(...changes.appends)
      const positions = positionsAfter(
        versions,
        this.#appends.filter(({ stream }) => streams.includes(stream)),
      )
      return { generated, positions }
    })
  }

  async updateWhere(table: TableSchema, where: Criteria, values: Row): Promise<number> {
    this.#check()
    return this.#write(async () => {
      checkCriteria(table, where)
      checkPatch(table, values)
      return this.#run(updateWhereSteps(this.#context.dialect, table, where, values))
    })
  }

  async deleteWhere(table: TableSchema, where: Criteria): Promise<number> {
    this.#check()
    return this.#write(async () => {
      checkCriteria(table, where)
      return this.#run(deleteWhereSteps(this.#context.dialect, table, where))
    })
  }

  async claim(claim: Claim): Promise<readonly ClusterRow[]> {
    this.#check()
    return this.#write(() => this.#run(claimSteps(this.#context.dialect, claim, true)))
  }

  async replaceTable(table: TableSchema, by: TableSchema): Promise<void> {
    this.#check()
    const statements = replacing(this.#context, table, by)
    await this.#write(() =>
      this.#run(
        (function* () {
          yield statements
        })(),
      ),
    )
    carryNumbers(this.#context.given, table, by)
  }

  async commit(changes: ChangeSet): Promise<CommitReceipt> {
    this.#check()
    this.#state = 'ended'
    try {
      checkChanges(changes)
      const generated = await this.#applyRows(changes)
      const positions = await this.#run(appendSteps([...this.#appends, ...changes.appends]))
      if (this.#hasBegun) await this.#session.flush([COMMIT])
      this.#session.release()
      this.#context.committed([...this.#appends, ...changes.appends])
      return { generated: [...this.#generated, ...generated], positions }
    } catch (error) {
      await this.#abandon()
      throw translated(error, this.#context.what)
    }
  }

  async rollback(): Promise<void> {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    await this.#abandon()
  }

  async #applyRows(changes: ChangeSet): Promise<readonly GeneratedValue[]> {
    const { dialect, given } = this.#context
    const locks = rowLocks(dialect, changes)
    return this.#run(
      (function* () {
        if (locks.length > 0) yield locks
        return yield* changeSteps(dialect, changes, given)
      })(),
    )
  }

  async #run<Result>(steps: Steps<Result>): Promise<Result> {
    try {
      return await runStepsAsync(steps, (statements) => this.#flush(statements))
    } catch (error) {
      // The server does nothing more in a transaction in which a statement has failed.
      if (error instanceof FlushFailure && this.#state === 'active') this.#state = 'failed'
      throw translated(error, this.#context.what)
    }
  }

  async #flush(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    if (this.#hasBegun) return this.#session.flush(statements)
    this.#hasBegun = true
    const [, ...results] = await this.#session.flush([BEGIN, ...statements])
    return results
  }

  async #write<Result>(write: () => Promise<Result>): Promise<Result> {
    try {
      return await write()
    } catch (error) {
      if (this.#state === 'active') this.#state = 'failed'
      throw error
    }
  }

  /** A connection on which even the rollback fails is of no use to anybody, and the server rolls back what it finds broken off. */
  async #abandon(): Promise<void> {
    if (!this.#hasBegun) return this.#session.release()
    try {
      await this.#session.flush([ROLLBACK])
      this.#session.release()
    } catch {
      this.#session.discard()
    }
  }

  #check(): void {
    this.#context.state.check(this.#openSession)
    if (this.#state === 'ended') throw new InvalidOperationError('The transaction has ended: begin another.', { code: 'TRANSACTION_ENDED' })
    if (this.#state === 'failed') throw new TransactionError('A change in this transaction has failed: roll it back and begin another.')
  }
}
