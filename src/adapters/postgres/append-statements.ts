import type { MessageColumns } from '../sql/message-rows.ts'
import { encodeMessageRow } from '../sql/message-rows.ts'
import type { DriverScalar, Statement } from '../sql/statement.ts'
import type { AppendTargets } from './append-targets.ts'
import { MESSAGES_TABLE } from './event-schema.ts'

/** A stream of this event store as the key of an advisory lock: those of other schemas in the same database have other keys. */
function lockKey(stream: string): string {
  return `hashtextextended(${stream}, '${MESSAGES_TABLE}'::regclass::oid::bigint)`
}

const LOCK_ONE = `SELECT pg_advisory_xact_lock(${lockKey('$1')})`
/** All lock in the same order, so that no two transactions wait for each other. A parameter within `SELECT` keeps the plan the same for every number of streams. */
const LOCK_MANY = `SELECT count(pg_advisory_xact_lock(key)) FROM (SELECT DISTINCT ${lockKey('stream')} AS key FROM unnest((SELECT $1::text[])) AS stream ORDER BY key) AS keys`

const COLUMNS = 'ordering_xid, stream, category, position, id, type, correlation_id, data, metadata'
const LAST = `LEFT JOIN LATERAL (SELECT position, ordering_xid FROM ${MESSAGES_TABLE} WHERE stream = $1 ORDER BY position DESC LIMIT 1) AS last ON true`
/**
 * Not before the last message of its stream, though this transaction may be older than the one that appended that: only so is the order of the log that
 * of every stream.
 */
const ORDERING_XID = 'greatest(pg_current_xact_id(), last.ordering_xid)'
/** 1, and a division by zero when the stream is not at the expected version: as in `checked`, the only way to stop. */
const EXACT = '(1 / ($3::bigint IS NULL OR $3 = coalesce(last.position, -1))::int)'

const APPEND_ONE = `INSERT INTO ${MESSAGES_TABLE} (${COLUMNS})
SELECT ${ORDERING_XID}, $1::text, $2::text, coalesce(last.position, -1) + ${EXACT}, $4::text, $5::text, $6::text, $7::json, $8::json
FROM (SELECT) AS one ${LAST} RETURNING position`

const APPEND_MANY = `WITH appended AS (
  INSERT INTO ${MESSAGES_TABLE} (${COLUMNS})
  SELECT ${ORDERING_XID}, $1::text, $2::text, coalesce(last.position, -1) + new.place * ${EXACT}, new.id, new.type, new.correlation_id, new.data, new.metadata
  FROM (SELECT) AS one ${LAST}
  CROSS JOIN unnest((SELECT $4::text[]), (SELECT $5::text[]), (SELECT $6::text[]), (SELECT $7::json[]), (SELECT $8::json[]))
    WITH ORDINALITY AS new (id, type, correlation_id, data, metadata, place)
  ORDER BY new.place RETURNING position)
SELECT max(position) AS position FROM appended`

/** A row for each message, with the place that it has among those for its stream, from 1. */
const APPEND_TO_MANY = `INSERT INTO ${MESSAGES_TABLE} (${COLUMNS})
SELECT ${ORDERING_XID}, new.stream, new.category, coalesce(last.position, -1) + new.place / (new.expected IS NULL OR new.expected = coalesce(last.position, -1))::int,
  new.id, new.type, new.correlation_id, new.data, new.metadata
FROM unnest(${['text', 'text', 'bigint', 'bigint', 'text', 'text', 'text', 'json', 'json'].map((type, at) => `(SELECT $${at + 1}::${type}[])`).join(', ')})
  WITH ORDINALITY AS new (stream, category, expected, place, id, type, correlation_id, data, metadata, number)
LEFT JOIN LATERAL (SELECT position, ordering_xid FROM ${MESSAGES_TABLE} WHERE stream = new.stream ORDER BY position DESC LIMIT 1) AS last ON true
ORDER BY new.number RETURNING stream, position`

const VERSIONS = `SELECT wanted.stream, last.position FROM unnest((SELECT $1::text[])) AS wanted (stream)
CROSS JOIN LATERAL (SELECT position FROM ${MESSAGES_TABLE} WHERE stream = wanted.stream ORDER BY position DESC LIMIT 1) AS last`

/** From here on until the transaction ends nobody else appends to these streams. There is one at least. */
export function lockStreams(streams: readonly string[]): Statement {
  return streams.length === 1
    ? { text: LOCK_ONE, values: [streams[0] ?? ''], gives: 'count' }
    : { text: LOCK_MANY, values: [streams], gives: 'count' }
}

/** The position of the last message of those of the streams that have one, as `position`. */
export function streamVersions(streams: readonly string[]): Statement {
  return { text: VERSIONS, values: [streams], gives: 'rows' }
}

/**
 * Appends messages, one at least, to a stream that is locked; gives the `position` of the last. Fails with `division_by_zero` when the stream is not at the
 * expected version.
 */
export function appendTo(
  stream: string,
  category: string,
  expectedVersion: number | undefined,
  messages: readonly MessageColumns[],
): Statement {
  const expected = expectedVersion ?? null
  const [one] = messages
  if (messages.length === 1 && one !== undefined) {
    const values: DriverScalar[] = [stream, category, expected, one.id, one.type, one.correlationId, one.data, one.metadata]
    return { text: APPEND_ONE, values, gives: 'rows' }
  }
  const columns = [
    messages.map(({ id }) => id),
    messages.map(({ type }) => type),
    messages.map(({ correlationId }) => correlationId),
    messages.map(({ data }) => data),
    messages.map(({ metadata }) => metadata),
  ]
  return { text: APPEND_MANY, values: [stream, category, expected, ...columns], gives: 'rows' }
}

/** The same for several streams at once, each with one message at least; gives `stream` and `position` of every message. */
export function appendToMany(targets: AppendTargets): Statement {
  const values: DriverScalar[][] = [[], [], [], [], [], [], [], [], []]
  for (const [stream, { category, expected = null, messages }] of targets) {
    for (const [at, message] of messages.entries()) {
      const { id, type, correlationId, data, metadata } = encodeMessageRow(message)
      const row = [stream, category, expected, at + 1, id, type, correlationId, data, metadata]
      for (const [column, value] of row.entries()) values[column]?.push(value)
    }
  }
  return { text: APPEND_TO_MANY, values, gives: 'rows' }
}
