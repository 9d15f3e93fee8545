import { DatabaseError, ExpectedVersionError, isProteanError } from '../../errors.ts'
import { FlushFailure } from '../postgres/client.ts'
import { driverCode, isConnectionLost, translated as translatedByPostgres } from '../postgres/errors.ts'

const WRONG_VERSION = /^Wrong expected version: (-?\d+) \(Stream: ([\s\S]*), Stream Version: (-?\d+)\)$/
const UNIQUE_VIOLATION = '23505'
const RAISED = 'P0001'
const NO_PRIVILEGE = '42501'
/** Schema, table or function that is not there. */
const NOT_INSTALLED = new Set(['3F000', '42P01', '42883'])

/** The port's error for one of the driver's. Errors of the framework pass. */
export function translated(error: unknown, what: string): unknown {
  if (isProteanError(error) || !(error instanceof FlushFailure)) return translatedByPostgres(error, what)
  const code = driverCode(error)
  if (code === RAISED) return wrongVersion(error) ?? translatedByPostgres(error, what)
  if (code === UNIQUE_VIOLATION) return broken(error) ?? translatedByPostgres(error, what)
  if (NOT_INSTALLED.has(code)) return notInstalled(what, error)
  if (code !== NO_PRIVILEGE) return translatedByPostgres(error, what)
  const text = `The ${what} may not do that as this user (${error.message}). Do it as the owner of the message store, or leave it to him.`
  return new DatabaseError(text, { code: 'PERMISSION_DENIED', cause: error.cause })
}

/** The same for an append, of which nobody knows what became when the connection breaks. */
export function translatedAppend(error: unknown, what: string): unknown {
  if (!isConnectionLost(error)) return translated(error, what)
  const text = `The connection to ${what} broke while messages were being appended, so that they may be stored or not.`
  const fix = 'Append them again: if they are stored, they are refused for their versions or ids, and have no effect twice.'
  return new DatabaseError(`${text} ${fix}`, { code: 'COMMIT_OUTCOME_UNKNOWN', retryable: true, cause: error })
}

export function notInstalled(what: string, error: Error): DatabaseError {
  const text = `The database of ${what} has no message store (${error.message}).`
  const fix =
    'Install Message DB 1.3 in it, as https://github.com/message-db/message-db says: npm install @eventide/message-db carries its SQL.'
  return new DatabaseError(`${text} ${fix}`, { code: 'MESSAGE_STORE_MISSING', cause: error instanceof FlushFailure ? error.cause : error })
}

function wrongVersion(error: FlushFailure): ExpectedVersionError | undefined {
  const [, expected, stream, actual] = WRONG_VERSION.exec(error.message) ?? []
  if (stream === undefined) return undefined
  return new ExpectedVersionError(stream, Number(expected), Number(actual), { cause: error.cause })
}

function broken({ cause }: FlushFailure): DatabaseError | undefined {
  const { constraint, detail } = cause as { readonly constraint?: unknown; readonly detail?: unknown }
  if (constraint !== 'messages_id') return undefined
  const [, id = ''] = /\)=\((.*)\)/.exec(String(detail)) ?? []
  return new DatabaseError(`Message ${id} is stored already: every message needs an id of its own.`, { code: 'DUPLICATE_MESSAGE', cause })
}
