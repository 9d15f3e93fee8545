import { ExpectedVersionError, ProteanError, TransactionError, ValidationError } from '../errors.ts'
import { UniqueViolation } from '../ports/unique-violation.ts'

/** Whether somebody else has inserted a row that this unit of work had found missing. */
function isLostRace({ table, fields }: UniqueViolation): boolean {
  const key = table.columns.find(({ name }) => name === table.primaryKey)
  // Fields that users declare never begin with _.
  return table.isNamedByOthers === true && fields.every((field) => field === key?.field || field.startsWith('_'))
}

/** The error that a failed write means to the domain. */
export function translated(error: unknown): unknown {
  if (error instanceof UniqueViolation) {
    if (isLostRace(error)) return new ExpectedVersionError(error.table.element, -1, undefined, { cause: error })
    const path = error.fields[0] ?? '_entity'
    return new ValidationError(
      error.fields.map((field) => ({
        path: field,
        code: 'UNIQUE',
        message: error.fields.length === 1 ? 'is taken already' : `is taken already, together with ${path}`,
      })),
      { element: error.table.element, cause: error },
    )
  }
  if (error instanceof ProteanError) return error
  return new TransactionError(`The unit of work could not be committed: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  })
}

export function throwTranslated(error: unknown): never {
  throw translated(error)
}
