import type { ProteanError } from '../../errors.ts'
import { DatabaseError, isProteanError } from '../../errors.ts'
import type { TableSchema } from '../../ports/table.ts'
import { UniqueViolation } from '../../ports/unique-violation.ts'
import type { Statement } from '../sql/statement.ts'
import { MESSAGES_TABLE } from './message-statements.ts'

/** Result codes of SQLite: https://sqlite.org/rescode.html. An extended one has the primary one in its lowest byte. */
const BUSY = 5
const LOCKED = 6
const READ_ONLY = 8
const CORRUPT = 11
const CANNOT_OPEN = 14
const NOT_A_DATABASE = 26
const CONSTRAINT_FOREIGN_KEY = 787
const CONSTRAINT_NOT_NULL = 1299
const CONSTRAINT_UNIQUE = [1555, 2067, 2579]

/** What the driver threw as the error that the ports promise. */
export function translated(error: unknown, name: string, statement?: Statement): ProteanError {
  if (isProteanError(error)) return error
  const code = resultCode(error)
  const text = error instanceof Error ? error.message : String(error)
  const because = { cause: error }
  if (CONSTRAINT_UNIQUE.includes(code)) return uniqueViolation(text, statement?.table, error)
  if (code === CONSTRAINT_FOREIGN_KEY) {
    const { element = 'A row', parent } = statement?.table ?? {}
    const message = `${element} belongs to a row of ${parent?.table ?? 'another table'} that is not stored: insert that first.`
    return new DatabaseError(message, { code: 'PARENT_NOT_FOUND', ...because })
  }
  if (code === CONSTRAINT_NOT_NULL) return new DatabaseError(`${text}: give it a value.`, { code: 'REQUIRED_COLUMN', ...because })
  if (isBusy(error)) return busyError(name, error)
  const missing = /no such table: (?:main\.)?(\S+)/.exec(text)?.[1]
  if (missing !== undefined) return missingTable(missing, name, error)
  if (/no such column|has no column named/.test(text)) {
    const message = `Database "${name}" (sqlite) lacks a column: ${text}. Its tables are older than the domain: bring them up to date with "protean db migrate", or drop and create them again.`
    return new DatabaseError(message, { code: 'MISSING_COLUMN', ...because })
  }
  return new DatabaseError(`Database "${name}" (sqlite) failed: ${text}.`, because)
}

/** Whether another connection was in the way. */
export function isBusy(error: unknown): boolean {
  return [BUSY, LOCKED].includes(resultCode(error) & 0xff)
}

export function busyError(name: string, cause?: unknown): DatabaseError {
  const message = `Database "${name}" (sqlite) is being written to by somebody else, for longer than busyTimeoutMs: try again, and keep transactions short.`
  return new DatabaseError(message, { code: 'DATABASE_BUSY', retryable: true, cause })
}

/** Why a database could not be opened. */
export function openingError(name: string, path: string, error: unknown): ProteanError {
  if (isProteanError(error)) return error
  if (isBusy(error)) return busyError(name, error)
  const fix = OPENING_FIXES.get(resultCode(error) & 0xff) ?? 'Check its path.'
  const text = error instanceof Error ? error.message : String(error)
  const message = `Database "${name}" (sqlite) cannot open ${path}: ${text}. ${fix}`
  return new DatabaseError(message, { code: 'CANNOT_OPEN', cause: error })
}

const OPENING_FIXES = new Map([
  [CANNOT_OPEN, 'Create its folder, and let this process write there.'],
  [READ_ONLY, 'Let this process write to the file and to its folder, or name another file.'],
  [CORRUPT, 'Restore it from a backup.'],
  [NOT_A_DATABASE, 'Name another file: this one is no SQLite database.'],
])

function missingTable(table: string, name: string, cause: unknown): DatabaseError {
  const message = `Database "${name}" (sqlite) has no table ${table}: create it with createDatabaseArtifacts(), or with the command "protean db create".`
  return new DatabaseError(message, { code: 'MISSING_TABLE', cause })
}

/** `UNIQUE constraint failed: people.tenant, people.nick_name`, or `…: index 'uq_people_nick'` where the index is on an expression. */
function uniqueViolation(text: string, table: TableSchema | undefined, cause: unknown): ProteanError {
  if (table === undefined) {
    const isMessageId = text.endsWith(`${MESSAGES_TABLE}.id`)
    const message = isMessageId ? 'A message with this id is stored already: every message needs an id of its own.' : `${text}.`
    return new DatabaseError(message, { ...(isMessageId ? { code: 'DUPLICATE_MESSAGE' } : {}), cause })
  }
  const what = text.slice(text.indexOf(': ') + 2)
  const columns = what.split(', ').map((column) => column.slice(column.lastIndexOf('.') + 1))
  const unique = table.uniques.find(({ name, columns: own }) => what === `index '${name}'` || own.join() === columns.join())
  return new UniqueViolation(table, unique?.fields ?? columns.map((column) => fieldOf(table, column)), cause)
}

function fieldOf(table: TableSchema, column: string): string {
  return table.columns.find(({ name }) => name === column)?.field ?? column
}

/** node:sqlite gives it as `errcode`; 0 for an error that is not the driver's. */
function resultCode(error: unknown): number {
  const code = (error as { readonly errcode?: unknown } | null | undefined)?.errcode
  return typeof code === 'number' ? code : 0
}
