import { TransactionError } from '../errors.ts'
import type { Database } from '../ports/database.ts'

/** Units of work that cannot be: one that would write to two databases, and one of which a joined part has failed. */
export function twoDatabases(first: Database, second: Database): TransactionError {
  return new TransactionError(
    `This unit of work writes to database "${first.name}" and would now write to "${second.name}" too; two databases cannot commit together. React to an event in a handler that writes to the other one.`,
    { code: 'TWO_DATABASES' },
  )
}

export function rollbackOnly(reason: unknown): TransactionError {
  return new TransactionError(
    'A nested unit of work failed and its error was caught, so that the outer one cannot be committed either. Let the error through, or run the part that may fail in a unit of work of its own.',
    { code: 'ROLLBACK_ONLY', cause: reason },
  )
}
