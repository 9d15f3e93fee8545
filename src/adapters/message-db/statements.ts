import { IncorrectUsageError } from '../../errors.ts'
import type { Partition } from '../../messaging/partition.ts'
import type { StreamAppend } from '../../ports/change-set.ts'
import type { Cursor } from '../../ports/event-store.ts'
import { encodeMessageRow } from '../sql/message-rows.ts'
import { partitionHash } from '../sql/partition-hash.ts'
import type { DriverValue, Statement } from '../sql/statement.ts'
import { rowIdOf } from './row-id.ts'

/** The schema has this name in every installation of Message DB; its functions find each other by the search path alone. */
export const SCHEMA = 'message_store'
export const MESSAGES = `${SCHEMA}.messages`

/** The functions of Message DB lock a category themselves; who appends to several locks all of them first, in one order, so that no two wait for each other. */
const LOCK = `SELECT ${SCHEMA}.acquire_lock(category) FROM (
  SELECT category FROM unnest((SELECT $1::varchar[])) AS category ORDER BY ${SCHEMA}.hash_64(category), category) AS categories`

const WRITE = `SELECT stream, ${SCHEMA}.write_message(id, stream, type, data, metadata, expected) AS position FROM (
  SELECT * FROM unnest((SELECT $1::varchar[]), (SELECT $2::varchar[]), (SELECT $3::varchar[]), (SELECT $4::jsonb[]), (SELECT $5::jsonb[]), (SELECT $6::bigint[]))
    WITH ORDINALITY AS new (id, stream, type, data, metadata, expected, place) ORDER BY place) AS new`

const COLUMNS = 'm.id, m.stream_name, m.type, m.position, m.global_position, m.data, m.metadata, m.time'
const CATEGORY = `${SCHEMA}.category(m.stream_name)`
/** As Message DB divides a category among the members of a consumer group; a stream without id, which it gives to nobody, has an empty one here. */
const PARTITION_HASH = partitionHash('m.stream_name')

/** All messages in one statement; its rows are `stream` and `position`, in the order of the messages. */
export function appendStatements(appends: readonly StreamAppend[]): readonly Statement[] {
  const filled = appends.filter(({ messages }) => messages.length > 0)
  const rows = filled.flatMap(({ stream, expectedVersion, messages }) =>
    messages.map((message, at) => ({ stream, expected: at === 0 ? (expectedVersion ?? null) : null, ...encodeMessageRow(message) })),
  )
  if (rows.length === 0) return []
  const categories = [...new Set(filled.map(({ category }) => category))]
  const write: Statement = {
    text: WRITE,
    values: [
      rows.map(({ id }) => rowIdOf(id)),
      rows.map(({ stream }) => stream),
      rows.map(({ type }) => type),
      rows.map(({ data }) => data),
      rows.map(({ metadata }) => metadata),
      rows.map(({ expected }) => expected),
    ],
    gives: 'rows',
  }
  return categories.length === 1 ? [write] : [{ text: LOCK, values: [categories], gives: 'count' }, write]
}

export function ofStream(stream: string, from: number, to: number | undefined, limit: number | undefined): Statement {
  const where = 'm.stream_name = $1 AND m.position >= $2::bigint AND ($3::bigint IS NULL OR m.position <= $3::bigint)'
  return reading(`SELECT ${COLUMNS} FROM ${MESSAGES} AS m WHERE ${where} ORDER BY m.position LIMIT $4::bigint`, [
    stream,
    from,
    to ?? null,
    limit ?? null,
  ])
}

export function lastOfStream(stream: string): Statement {
  return reading(`SELECT ${COLUMNS} FROM ${MESSAGES} AS m WHERE m.stream_name = $1 ORDER BY m.position DESC LIMIT 1`, [stream])
}

export function withId(id: string): Statement {
  return reading(`SELECT ${COLUMNS} FROM ${MESSAGES} AS m WHERE m.id = $1::uuid`, [rowIdOf(id)])
}

/** By the expression that is indexed. */
export const CORRELATION_ID = `(metadata -> 'domain' ->> 'correlation_id')`

export function ofCorrelation(correlationId: string): Statement {
  const text = `SELECT ${COLUMNS} FROM ${MESSAGES} AS m WHERE m.${CORRELATION_ID.slice(1, -1)} = $1 ORDER BY m.global_position`
  return reading(text, [correlationId])
}

/** Streams of a category, by code point. The first message of a stream stands for it. */
export function streamsOf(category: string): Statement {
  const text = `SELECT m.stream_name FROM ${MESSAGES} AS m WHERE ${CATEGORY} = $1 AND m.position = 0 ORDER BY m.stream_name COLLATE "C"`
  return reading(text, [category])
}

export interface LogPart {
  /** Everything, when left out. */
  readonly category?: string | undefined
  readonly types?: readonly string[] | undefined
  readonly partition?: Partition | undefined
  readonly after: number
  /** All, when undefined. */
  readonly limit: number | undefined
}

/** A page of the log. With `types` and without a category, each type's own first messages are found by index, and the first of all of those are the page. */
export function ofLog({ category, types, partition, after, limit }: LogPart): Statement {
  const values: DriverValue[] = [after, limit ?? null]
  const conditions = ['m.global_position > $1::bigint']
  if (category !== undefined) conditions.push(`${CATEGORY} = $${values.push(category)}::varchar`)
  if (partition !== undefined) {
    const [count, index] = [values.push(partition.count), values.push(partition.index)]
    conditions.push(`mod(${PARTITION_HASH}, $${count}::bigint) = $${index}::bigint`)
  }
  const wanted = types === undefined ? undefined : `$${values.push([...new Set(types)])}::text[]`
  const page = 'ORDER BY m.global_position LIMIT $2::bigint'
  if (wanted !== undefined && category === undefined) {
    const ofType = `SELECT * FROM ${MESSAGES} AS m WHERE m.type = wanted.type AND ${conditions.join(' AND ')} ${page}`
    return reading(`SELECT ${COLUMNS} FROM unnest((SELECT ${wanted})) AS wanted (type) CROSS JOIN LATERAL (${ofType}) AS m ${page}`, values)
  }
  if (wanted !== undefined) conditions.push(`m.type = ANY(${wanted})`)
  return reading(`SELECT ${COLUMNS} FROM ${MESSAGES} AS m WHERE ${conditions.join(' AND ')} ${page}`, values)
}

/** The `newest` position of a category, or of everything that is visible. */
export function newestOf(category: string | undefined): Statement {
  const where = category === undefined ? '' : ` WHERE ${CATEGORY} = $1::varchar`
  const text = `SELECT m.global_position AS newest FROM ${MESSAGES} AS m${where} ORDER BY m.global_position DESC LIMIT 1`
  return reading(text, category === undefined ? [] : [category])
}

/**
 * The transactions that may have drawn positions and not ended yet. An `INSERT` locks the table for writing before it draws one, and keeps the lock until its
 * transaction has ended and what it wrote is visible.
 */
export const WRITERS: Statement = reading(
  `SELECT DISTINCT virtualtransaction AS writer FROM pg_locks
   WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted AND relation = '${MESSAGES}'::regclass
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  [],
)

/** The global position, in decimal. */
export function placeOf(cursor: Cursor | undefined): number {
  if (cursor === undefined) return 0
  const place = Number(cursor)
  if (/^\d+$/.test(cursor) && Number.isSafeInteger(place) && place > 0) return place
  throw new IncorrectUsageError(`"${cursor}" is no cursor of this event store: hand back one that it gave.`, { code: 'INVALID_CURSOR' })
}

function reading(text: string, values: readonly DriverValue[]): Statement {
  return { text, values, gives: 'rows' }
}
