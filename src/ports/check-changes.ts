import { DatabaseError, IncorrectUsageError, ValidationError } from '../errors.ts'
import type { Metadata } from '../messaging/metadata.ts'
import { categoryOf } from '../messaging/stream-name.ts'
import type { JsonValue } from '../util/json.ts'
import type { ChangeSet, RowDelete, RowUpdate, StreamAppend } from './change-set.ts'
import { fitsType } from './fits-type.ts'
import type { Obstacle } from './storable.ts'
import { obstacle } from './storable.ts'
import type { ColumnSchema, ColumnValue, Row, TableSchema } from './table.ts'

/**
 * Refuses changes that no database could take as they are: `UNKNOWN_COLUMN`, `PRIMARY_KEY_CHANGED`, `NO_VERSION`, `CATEGORY_MISMATCH`
 * (`IncorrectUsageError`), `REQUIRED_COLUMN` (`DatabaseError`), and values that a column cannot hold or some database cannot keep, `INVALID_VALUE`
 * (`ValidationError`, with the field). Every adapter calls it before it does anything, so that all refuse the same.
 */
export function checkChanges(changes: ChangeSet): void {
  for (const change of changes.deletes) checkVersioned(change)
  for (const change of changes.updates) {
    checkVersioned(change)
    if (String(change.row[change.table.primaryKey]) !== change.id) throw keyChanged(change.table, change.id)
    checkRow(change.table, change.row, false)
  }
  for (const { table, rows } of changes.inserts) for (const row of rows) checkRow(table, row, true)
  checkAppends(changes.appends)
}

/** The same for the values of a set-based update, which must leave the primary key alone. */
export function checkPatch(table: TableSchema, values: Row): void {
  for (const name of Object.keys(values)) {
    const column = columnOf(table, name)
    if (name === table.primaryKey) throw keyChanged(table, 'rows')
    checkValue(table, column, values[name] ?? null)
  }
}

/** The same for appends to an event store. */
export function checkAppends(appends: readonly StreamAppend[]): void {
  for (const { stream, category, messages } of appends) {
    if (messages.length === 0) continue
    if (category !== categoryOf(stream)) {
      const text = `The append to stream ${stream} names the category "${category}", but the stream's is "${categoryOf(stream)}".`
      throw new IncorrectUsageError(`${text} Give the text before the stream's first "-".`, { code: 'CATEGORY_MISMATCH' })
    }
    refuseObstacle('Stream', 'name', obstacle('text', stream))
    for (const message of messages) {
      refuseObstacle(message.type, 'data', obstacle('json', message.data))
      refuseObstacle(message.type, 'metadata', metadataObstacle(message.metadata))
    }
  }
}

/** Dates have no members, so that they pass. Nor is there anything wrong with an envelope; reading it would compute the checksum. */
function metadataObstacle({ headers, domain, extensions }: Metadata): Obstacle | undefined {
  return obstacle('json', { headers, domain, extensions } as unknown as JsonValue)
}

function checkVersioned({ table, expectedVersion }: RowUpdate | RowDelete): void {
  if (expectedVersion === undefined || table.versionColumn !== undefined) return
  throw new IncorrectUsageError(`${table.element} has no version column: leave the expected version out.`, { code: 'NO_VERSION' })
}

function checkRow(table: TableSchema, row: Row, isNew: boolean): void {
  for (const name of Object.keys(row)) columnOf(table, name)
  for (const column of table.columns) {
    const value = row[column.name] ?? null
    // The store gives a new row its number.
    if (value !== null || !isNew || column.generated !== true) checkValue(table, column, value)
  }
}

function checkValue(table: TableSchema, column: ColumnSchema, value: ColumnValue): void {
  if (value === null) {
    if (!column.required) return
    const text = `${table.element}.${column.field} is required, but the row has null there: give it a value.`
    throw new DatabaseError(text, { code: 'REQUIRED_COLUMN' })
  }
  if (!fitsType(column.type, value)) {
    refuseObstacle(table.element, column.field, { path: '', message: `must be ${column.type}, but is ${typeof value} ${String(value)}` })
  }
  refuseObstacle(table.element, column.field, obstacle(column.type, value))
}

function refuseObstacle(element: string, field: string, found: Obstacle | undefined): void {
  if (found === undefined) return
  throw new ValidationError([{ path: `${field}${found.path}`, code: 'INVALID_VALUE', message: found.message }], { element })
}

function columnOf(table: TableSchema, name: string): ColumnSchema {
  const column = table.columns.find((one) => one.name === name)
  if (column !== undefined) return column
  const known = table.columns.map((one) => one.name).join(', ')
  throw new IncorrectUsageError(`${table.element} has no column "${name}": it has ${known}.`, { code: 'UNKNOWN_COLUMN' })
}

function keyChanged(table: TableSchema, id: string): IncorrectUsageError {
  const text = `An update of ${table.element} ${id} would change its primary key "${table.primaryKey}": delete it and insert another.`
  return new IncorrectUsageError(text, { code: 'PRIMARY_KEY_CHANGED' })
}
