import { DatabaseError, ExpectedVersionError, isProteanError } from '../../errors.ts'
import { UniqueViolation } from '../../ports/unique-violation.ts'
import type { Statement } from '../sql/statement.ts'
import { FlushFailure } from './client.ts'
import { MESSAGE_ID_INDEX, MESSAGES_TABLE } from './event-schema.ts'
import { postgresDialect } from './postgres-dialect.ts'

/** What the server, the driver or the operating system says about an error. */
interface DriverError {
  readonly code?: unknown
  readonly message?: unknown
  readonly severity?: unknown
  readonly constraint?: unknown
  readonly column?: unknown
  readonly detail?: unknown
}

interface Meaning {
  readonly code: string
  readonly retryable?: boolean
  readonly text: (what: string, message: string) => string
}

const MISSING_TABLE: Meaning = {
  code: 'MISSING_TABLE',
  text: (what, message) =>
    `${what} lacks a table (${message}): create it with createDatabaseArtifacts(), or with the command "protean db create".`,
}
const MISSING_COLUMN: Meaning = {
  code: 'MISSING_COLUMN',
  text: (what, message) =>
    `${what} lacks a column (${message}). Its tables are older than the domain: bring them up to date with "protean db migrate", or drop and create them again.`,
}
const UNREACHABLE: Meaning = {
  code: 'CONNECTION_FAILED',
  retryable: true,
  text: (what, message) =>
    `The server of ${what} cannot be reached, or the connection to it was lost (${message}). See that it runs at the configured address.`,
}
const REFUSED: Meaning = {
  code: 'AUTHENTICATION_FAILED',
  text: (what, message) => `The server of ${what} does not let this user in (${message}). Correct user and password in its URI.`,
}
const BUSY: Meaning = {
  code: 'CONNECTIONS_EXHAUSTED',
  retryable: true,
  text: (what, message) =>
    `No connection to ${what} was free in time (${message}). Raise pool_size or max_overflow, or what the server allows.`,
}
const CONFLICT: Meaning = {
  code: 'SERIALIZATION_FAILED',
  retryable: true,
  text: (what, message) => `${what} gave the transaction up for the sake of another one (${message}). Nothing was stored: do it again.`,
}
const TOO_SLOW: Meaning = {
  code: 'STATEMENT_TIMEOUT',
  retryable: true,
  text: (what, message) =>
    `A statement in ${what} was cancelled (${message}). Nothing was stored: make it faster, or raise statement_timeout_ms.`,
}

/** By SQLSTATE, or by its class, the first two characters; and by the codes of Node's network errors. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  '42P01': MISSING_TABLE,
  '3F000': MISSING_TABLE,
  '42703': MISSING_COLUMN,
  '28': REFUSED,
  '3D000': {
    code: 'DATABASE_NOT_FOUND',
    text: (what, message) =>
      `The server of ${what} has no such database (${message}). Create it with createdb, or correct the name in its URI.`,
  },
  '08': UNREACHABLE,
  '57P01': UNREACHABLE,
  '57P02': UNREACHABLE,
  '57P03': UNREACHABLE,
  '53300': BUSY,
  '40': CONFLICT,
  '55P03': CONFLICT,
  '57014': TOO_SLOW,
  ECONNREFUSED: UNREACHABLE,
  ECONNRESET: UNREACHABLE,
  ECONNABORTED: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  ENOENT: UNREACHABLE,
  EPIPE: UNREACHABLE,
}

/** Errors of the driver that have no code. */
const BY_TEXT: readonly (readonly [RegExp, Meaning])[] = [
  [/^timeout exceeded when trying to connect/, BUSY],
  [/^Connection terminated|^timeout expired|^Client has encountered a connection error|^Client was closed/, UNREACHABLE],
  [/password must be a string/i, REFUSED],
]

const { shortName } = postgresDialect()

const OTHERWISE: Meaning = { code: 'DATABASE_FAILED', text: (what, message) => `${what} failed: ${message}.` }

/** The port's error for one of the driver's. `what` names the database or event store. Errors of the framework pass. */
export function translated(error: unknown, what: string): unknown {
  if (isProteanError(error)) return error
  const cause = (error instanceof FlushFailure ? error.cause : error) as DriverError
  const statement = error instanceof FlushFailure ? error.statement : undefined
  const message = typeof cause.message === 'string' && cause.message !== '' ? cause.message : String(cause.code ?? cause)
  const broken = brokenConstraint(cause, statement)
  if (broken !== undefined) return broken
  const { code, retryable = false, text } = meaningOf(cause, message)
  return new DatabaseError(capitalized(text(what, message)), { code, retryable, cause })
}

/** The code that the server or the driver gave. */
export function driverCode(error: unknown): string {
  return error instanceof FlushFailure ? String((error.cause as DriverError | undefined)?.code ?? '') : ''
}

/** Whether the connection broke, so that nobody knows what became of a commit that was on its way. */
export function isConnectionLost(error: unknown): boolean {
  return error instanceof FlushFailure && meaningOf(error.cause as DriverError, error.message) === UNREACHABLE
}

/** Whether the server itself said no, so that nothing has taken effect. */
export function isRefusal(error: unknown): boolean {
  return /^[0-9A-Z]{5}$/.test(driverCode(error)) && !isConnectionLost(error)
}

function meaningOf({ code }: DriverError, message: string): Meaning {
  const known = typeof code === 'string' ? (MEANINGS[code] ?? (code.length === 5 ? MEANINGS[code.slice(0, 2)] : undefined)) : undefined
  return known ?? BY_TEXT.find(([text]) => text.test(message))?.[1] ?? OTHERWISE
}

function brokenConstraint(cause: DriverError, statement: Statement | undefined): Error | undefined {
  if (cause.code === '23505' && statement?.table === undefined) return brokenLog(cause)
  if (statement?.table === undefined) return undefined
  const { table } = statement
  if (cause.code === '23505') {
    const unique = table.uniques.find(({ name }) => shortName(name) === cause.constraint)
    const key = table.columns.find(({ name }) => name === table.primaryKey)
    return new UniqueViolation(table, unique?.fields ?? [key?.field ?? table.primaryKey], cause)
  }
  if (cause.code === '23503') {
    const text = `A ${table.element} belongs to a row of ${table.parent?.table} that is not stored: insert that first.`
    return new DatabaseError(text, { code: 'PARENT_NOT_FOUND', cause })
  }
  if (cause.code === '23502') {
    const field = table.columns.find(({ name }) => shortName(name) === cause.column)?.field ?? cause.column
    return new DatabaseError(`${table.element}.${field} is required, but the row has null there: give it a value.`, {
      code: 'REQUIRED_COLUMN',
      cause,
    })
  }
  return undefined
}

/** Rows that somebody wrote without the stream's lock can take a position; an id can be taken by anybody. */
function brokenLog(cause: DriverError): Error | undefined {
  const [, value = ''] = /\)=\((.*)\)/.exec(String(cause.detail)) ?? []
  if (cause.constraint === MESSAGE_ID_INDEX) {
    return new DatabaseError(`Message ${value} is stored already: every message needs an id of its own.`, {
      code: 'DUPLICATE_MESSAGE',
      cause,
    })
  }
  if (cause.constraint !== `${MESSAGES_TABLE}_pkey`) return undefined
  const [, stream = value, position = '0'] = /^(.*), (\d+)$/.exec(value) ?? []
  return new ExpectedVersionError(stream, Number(position) - 1, undefined, { cause })
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
