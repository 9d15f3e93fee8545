import { IncorrectUsageError } from '../../errors.ts'
import type { Message } from '../../messaging/message.ts'
import type { Partition } from '../../messaging/partition.ts'
import type { Cursor } from '../../ports/event-store.ts'
import { decodeMessageRow } from '../sql/message-rows.ts'
import { partitionHash } from '../sql/partition-hash.ts'
import type { DriverRow, DriverValue, Statement } from '../sql/statement.ts'
import { MESSAGES_TABLE } from './event-schema.ts'

/** A place in the log: `ordering_xid` and `global_position` in decimal. Both have more digits than a number can hold. */
const CURSOR = /^(\d{1,20})-(\d{1,19})$/
const BEGINNING = ['0', '0'] as const

const COLUMNS = 'm.ordering_xid, m.global_position, m.position, m.id, m.data, m.metadata'
/**
 * Whatever has a lower transaction id than every transaction that is still running, now or with a snapshot from before this one, is there for good, and nothing
 * can come in between any more.
 */
const SETTLED = 'm.ordering_xid < pg_snapshot_xmin(pg_current_snapshot())'
const LOG_ORDER = 'm.ordering_xid, m.global_position'
const LOG_ORDER_DESC = 'm.ordering_xid DESC, m.global_position DESC'

export interface LogPart {
  /** Everything, when left out. */
  readonly category?: string | undefined
  readonly types?: readonly string[] | undefined
  readonly partition?: Partition | undefined
  readonly after?: Cursor | undefined
  /** All, when undefined. */
  readonly limit: number | undefined
}

const PARTITION_HASH = partitionHash('m.stream')

/** A page of the log. With `types`, each type's own first messages are found by index, and the first of all of those are the page. */
export function ofLog({ category, types, partition, after, limit }: LogPart): Statement {
  const [xid, position] = placeOf(after)
  const values: DriverValue[] = [xid, position, limit ?? null]
  const conditions = [SETTLED, '(m.ordering_xid, m.global_position) > ($1::xid8, $2::bigint)']
  if (category !== undefined) conditions.push(`m.category = $${values.push(category)}::text`)
  if (partition !== undefined) {
    const [count, index] = [values.push(partition.count), values.push(partition.index)]
    conditions.push(`mod(${PARTITION_HASH}, $${count}::bigint) = $${index}::bigint`)
  }
  const where = conditions.join(' AND ')
  const page = `ORDER BY ${LOG_ORDER} LIMIT $3::bigint`
  if (types === undefined) return reading(`SELECT ${COLUMNS} FROM ${MESSAGES_TABLE} AS m WHERE ${where} ${page}`, values)
  const wanted = `unnest((SELECT $${values.push([...new Set(types)])}::text[])) AS wanted (type)`
  const ofType = `SELECT * FROM ${MESSAGES_TABLE} AS m WHERE m.type = wanted.type AND ${where} ${page}`
  return reading(`SELECT ${COLUMNS} FROM ${wanted} CROSS JOIN LATERAL (${ofType}) AS m ${page}`, values)
}

/** The last settled message of a category, or of everything. */
export function headOf(category: string | undefined): Statement {
  const ofCategory = category === undefined ? '' : ' AND m.category = $1::text'
  const text = `SELECT m.ordering_xid, m.global_position FROM ${MESSAGES_TABLE} AS m WHERE ${SETTLED}${ofCategory} ORDER BY ${LOG_ORDER_DESC} LIMIT 1`
  return reading(text, category === undefined ? [] : [category])
}

/** Whether everything is settled that a transaction before `bound` has committed; without it, before the next one to begin, which comes back as `bound`. */
export function isSettled(bound: string | undefined): Statement {
  const held = `SELECT 1 FROM ${MESSAGES_TABLE} AS m WHERE NOT ${SETTLED} AND m.ordering_xid < now.bound`
  const now = 'SELECT coalesce($1::xid8, pg_snapshot_xmax(pg_current_snapshot())) AS bound'
  return reading(`SELECT (NOT EXISTS (${held}))::int AS settled, now.bound FROM (${now}) AS now`, [bound ?? null])
}

export function ofStream(stream: string, from: number, to: number | undefined, limit: number | undefined): Statement {
  const where = 'm.stream = $1 AND m.position >= $2::bigint AND ($3::bigint IS NULL OR m.position <= $3::bigint)'
  const text = `SELECT ${COLUMNS} FROM ${MESSAGES_TABLE} AS m WHERE ${where} ORDER BY m.position LIMIT $4::bigint`
  return reading(text, [stream, from, to ?? null, limit ?? null])
}

export function lastOfStream(stream: string): Statement {
  return reading(`SELECT ${COLUMNS} FROM ${MESSAGES_TABLE} AS m WHERE m.stream = $1 ORDER BY m.position DESC LIMIT 1`, [stream])
}

export function withId(id: string): Statement {
  return reading(`SELECT ${COLUMNS} FROM ${MESSAGES_TABLE} AS m WHERE m.id = $1`, [id])
}

export function ofCorrelation(correlationId: string): Statement {
  return reading(`SELECT ${COLUMNS} FROM ${MESSAGES_TABLE} AS m WHERE m.correlation_id = $1 ORDER BY ${LOG_ORDER}`, [correlationId])
}

/** Streams of a category, by code point. The first message of a stream stands for it. */
export function streamsOf(category: string): Statement {
  return reading(`SELECT m.stream FROM ${MESSAGES_TABLE} AS m WHERE m.category = $1 AND m.position = 0 ORDER BY m.stream`, [category])
}

export function messageOf({ ordering_xid, global_position, position, id, data, metadata }: DriverRow): Message {
  const stored = { position: Number(position), cursor: cursorOf(ordering_xid, global_position) }
  return decodeMessageRow({ id: id as string, data: data as string, metadata: metadata as string }, stored)
}

export function cursorOf(orderingXid: unknown, globalPosition: unknown): Cursor {
  return `${String(orderingXid)}-${String(globalPosition)}`
}

/** Whether one cursor stands after another, or there is no other. */
export function isAfter(cursor: Cursor, other: Cursor | undefined): boolean {
  const [xid, position] = placeOf(cursor).map(BigInt) as [bigint, bigint]
  const [otherXid, otherPosition] = placeOf(other).map(BigInt) as [bigint, bigint]
  return xid > otherXid || (xid === otherXid && position > otherPosition)
}

/** Nothing else has the place in between: positions are given once, whatever the transaction. */
export function justBefore(cursor: Cursor): Cursor {
  const [xid, position] = placeOf(cursor)
  return cursorOf(xid, BigInt(position) - 1n)
}

function placeOf(cursor: Cursor | undefined): readonly [string, string] {
  if (cursor === undefined) return BEGINNING
  const [, xid, position] = CURSOR.exec(cursor) ?? []
  if (xid !== undefined && position !== undefined) return [xid, position]
  throw new IncorrectUsageError(`"${cursor}" is no cursor of this event store: hand back one that it gave.`, { code: 'INVALID_CURSOR' })
}

function reading(text: string, values: readonly DriverValue[]): Statement {
  return { text, values, gives: 'rows' }
}
