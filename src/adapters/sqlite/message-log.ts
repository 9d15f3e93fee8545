import { DatabaseError, ExpectedVersionError, IncorrectUsageError, isProteanError } from '../../errors.ts'
import type { Message } from '../../messaging/message.ts'
import type { StreamAppend } from '../../ports/change-set.ts'
import { checkLogRead } from '../../ports/check-log-read.ts'
import type { Cursor, LogPage, LogRead, StreamRead } from '../../ports/event-store.ts'
import { isStorableText } from '../../ports/storable.ts'
import { decodeMessageRow } from '../sql/message-rows.ts'
import type { DriverRow, Statement } from '../sql/statement.ts'
import type { SqliteConnection } from './connection.ts'
import {
  headOf,
  insertMessage,
  lastOfStream,
  lastPosition,
  ofCorrelation,
  ofLog,
  ofStream,
  streamsOf,
  withId,
} from './message-statements.ts'

const NO_LIMIT = -1

/** Appends within the connection's transaction, which is the only one that writes; gives the last position of each stream. */
export function appendMessages(connection: SqliteConnection, appends: readonly StreamAppend[]): ReadonlyMap<string, number> {
  const positions = new Map<string, number>()
  for (const { stream, category, expectedVersion, messages } of appends) {
    if (messages.length === 0) continue
    let position = positions.get(stream) ?? positionOf(connection, stream)
    if (expectedVersion !== undefined && expectedVersion !== position) throw new ExpectedVersionError(stream, expectedVersion, position)
    for (const message of messages) {
      position += 1
      insert(connection, stream, category, position, message)
    }
    positions.set(stream, position)
  }
  return positions
}

export function readStream(connection: SqliteConnection, stream: string, read: StreamRead): readonly Message[] {
  const from = Math.max(read.from ?? 0, 0)
  return messages(rowsOf(connection, stream, ofStream(stream, from, read.to ?? Number.MAX_SAFE_INTEGER, rowLimit(read.limit))))
}

/** A page of a category, or of everything. */
export function readLog(connection: SqliteConnection, category: string | undefined, read: LogRead): LogPage {
  checkLogRead(read)
  const after = sequenceOf(read.after)
  const limit = rowLimit(read.limit)
  if (limit === 0) return { messages: [], cursor: read.after }
  return connection.snapshot(() => {
    const rows = rowsOf(connection, category ?? '', ofLog({ ...read, category, after }, limit))
    const last = rows.at(-1)?.sequence
    // What was left out between the last of them and the end has been looked at too.
    const isAll = (read.types ?? read.partition) !== undefined && (limit === NO_LIMIT || rows.length < limit)
    const end = isAll ? Math.max(after, headSequence(connection, category) ?? 0) : ((last as number | undefined) ?? after)
    return { messages: messages(rows), cursor: end === after ? read.after : String(end) }
  })
}

export function lastMessage(connection: SqliteConnection, stream: string): Message | undefined {
  return messages(rowsOf(connection, stream, lastOfStream(stream)))[0]
}

export function headCursor(connection: SqliteConnection, category: string | undefined): Cursor | undefined {
  const sequence = headSequence(connection, category)
  return sequence === undefined ? undefined : String(sequence)
}

export function findMessage(connection: SqliteConnection, id: string): Message | undefined {
  return messages(rowsOf(connection, id, withId(id)))[0]
}

export function correlatedMessages(connection: SqliteConnection, correlationId: string): readonly Message[] {
  return messages(rowsOf(connection, correlationId, ofCorrelation(correlationId)))
}

export function streamIds(connection: SqliteConnection, category: string): readonly string[] {
  return rowsOf(connection, category, streamsOf(category)).flatMap(({ stream }) => {
    const dash = (stream as string).indexOf('-')
    return dash < 0 ? [] : [(stream as string).slice(dash + 1)]
  })
}

/** Rows with this name in them: none where no text can be kept under it, which the driver would bind as another one. */
function rowsOf(connection: SqliteConnection, name: string, statement: Statement): readonly DriverRow[] {
  return isStorableText(name) ? connection.run(statement).rows : []
}

function positionOf(connection: SqliteConnection, stream: string): number {
  const [last] = connection.run(lastPosition(stream)).rows
  return last === undefined ? -1 : Number(last.position)
}

function insert(connection: SqliteConnection, stream: string, category: string, position: number, message: Message): void {
  try {
    connection.run(insertMessage(stream, category, position, message))
  } catch (error) {
    if (!isProteanError(error) || error.code !== 'DUPLICATE_MESSAGE') throw error
    const text = `Message ${message.id} is stored already: every message needs an id of its own.`
    throw new DatabaseError(text, { code: error.code, cause: error.cause })
  }
}

function headSequence(connection: SqliteConnection, category: string | undefined): number | undefined {
  return (rowsOf(connection, category ?? '', headOf(category))[0]?.head as number | null | undefined) ?? undefined
}

function messages(rows: readonly DriverRow[]): readonly Message[] {
  return rows.map(({ sequence, position, id, data, metadata }) =>
    decodeMessageRow(
      { id: id as string, data: data as string, metadata: metadata as string },
      { position: position as number, cursor: String(sequence) },
    ),
  )
}

function rowLimit(limit: number): number {
  return Number.isFinite(limit) ? Math.max(Math.trunc(limit), 0) : NO_LIMIT
}

/** Place of a cursor; 0 for the beginning. */
export function sequenceOf(cursor: Cursor | undefined): number {
  if (cursor === undefined) return 0
  const sequence = Number(cursor)
  if (Number.isSafeInteger(sequence) && sequence > 0) return sequence
  throw new IncorrectUsageError(`"${cursor}" is no cursor of this event store: hand back one that it gave.`, { code: 'INVALID_CURSOR' })
}
