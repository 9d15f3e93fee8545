import { DatabaseError } from '../../errors.ts'
import type { ChangeSet, CommitReceipt } from '../../ports/change-set.ts'
import { planCommit } from './commit-plan.ts'
import type { PostgresContext } from './context.ts'
import { driverCode, isConnectionLost, translated } from './errors.ts'
import { PostgresTransaction } from './transaction.ts'

/** What a statement ends with that found something else than it should: see `checked`. */
export const DIVISION_BY_ZERO = '22012'
const DEADLOCK = '40P01'

/** Applies a change set that `checkChanges` has let pass: in one round trip, unless something has to be asked first or somebody else was faster. */
export async function commit(context: PostgresContext, changes: ChangeSet): Promise<CommitReceipt> {
  const plan = planCommit(context.dialect, context.rows, changes)
  if (plan === undefined) return inTransaction(context, changes)
  if (plan.statements.length === 0) return { generated: [], positions: new Map() }
  try {
    const positions = plan.positions(await context.client.flush(plan.statements))
    context.committed(changes.appends)
    return { generated: [], positions }
  } catch (error) {
    const code = driverCode(error)
    // Nothing has taken effect. Step by step it comes out which version it was and what it is now.
    if (code === DIVISION_BY_ZERO || code === DEADLOCK) return inTransaction(context, changes)
    throw isConnectionLost(error) ? outcomeUnknown(context, error) : translated(error, context.what)
  }
}

async function inTransaction(context: PostgresContext, changes: ChangeSet): Promise<CommitReceipt> {
  try {
    return await new PostgresTransaction(context, await context.client.session()).commit(changes)
  } catch (error) {
    throw translated(error, context.what)
  }
}

export function outcomeUnknown({ what }: PostgresContext, cause: unknown): DatabaseError {
  const text = `The connection to ${what} broke while a change set was being committed, so that it may be stored or not.`
  const fix = 'Commit it again: if it is stored, it is refused for its versions, keys or message ids, and has no effect twice.'
  return new DatabaseError(`${text} ${fix}`, { code: 'COMMIT_OUTCOME_UNKNOWN', retryable: true, cause })
}
