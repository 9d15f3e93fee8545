import type { Message } from '../../messaging/message.ts'
import type { Partition } from '../../messaging/partition.ts'
import { encodeMessageRow } from '../sql/message-rows.ts'
import type { Statement } from '../sql/statement.ts'
import { PARTITION_OF } from './sqlite-functions.ts'

export const MESSAGES_TABLE = 'protean_messages'

const COLUMNS = 'sequence, position, id, data, metadata'

/**
 * `sequence` is the place in everything. One transaction writes at a time, so that numbers are given in the order of the commits and none shows before a
 * lower one. A number is never given again, also after a reset, so that an old cursor skips nothing.
 */
export const CREATE_MESSAGES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS ${MESSAGES_TABLE} (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  stream TEXT NOT NULL,
  position INTEGER NOT NULL,
  category TEXT NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  correlation_id TEXT,
  data TEXT NOT NULL,
  metadata TEXT NOT NULL
) STRICT`,
  `CREATE UNIQUE INDEX IF NOT EXISTS uq_${MESSAGES_TABLE}_id ON ${MESSAGES_TABLE} (id)`,
  `CREATE UNIQUE INDEX IF NOT EXISTS uq_${MESSAGES_TABLE}_stream ON ${MESSAGES_TABLE} (stream, position)`,
  `CREATE INDEX IF NOT EXISTS ix_${MESSAGES_TABLE}_category ON ${MESSAGES_TABLE} (category, sequence)`,
  `CREATE INDEX IF NOT EXISTS ix_${MESSAGES_TABLE}_type ON ${MESSAGES_TABLE} (type, sequence)`,
  `CREATE INDEX IF NOT EXISTS ix_${MESSAGES_TABLE}_correlation ON ${MESSAGES_TABLE} (correlation_id, sequence) WHERE correlation_id IS NOT NULL`,
  `CREATE INDEX IF NOT EXISTS ix_${MESSAGES_TABLE}_streams ON ${MESSAGES_TABLE} (category, stream) WHERE position = 0`,
]

export const DROP_MESSAGES = `DROP TABLE IF EXISTS ${MESSAGES_TABLE}`
export const DELETE_MESSAGES = `DELETE FROM ${MESSAGES_TABLE}`

export function insertMessage(stream: string, category: string, position: number, message: Message): Statement {
  const { id, type, correlationId, data, metadata } = encodeMessageRow(message)
  const columns = 'stream, position, category, type, id, correlation_id, data, metadata'
  const text = `INSERT INTO ${MESSAGES_TABLE} (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
  return { text, values: [stream, position, category, type, id, correlationId, data, metadata], gives: 'count' }
}

/** Position of a stream's last message; no row when it has none. */
export function lastPosition(stream: string): Statement {
  return reading(`SELECT position FROM ${MESSAGES_TABLE} WHERE stream = ? ORDER BY position DESC LIMIT 1`, [stream])
}

export function lastOfStream(stream: string): Statement {
  return reading(`SELECT ${COLUMNS} FROM ${MESSAGES_TABLE} WHERE stream = ? ORDER BY position DESC LIMIT 1`, [stream])
}

export function ofStream(stream: string, from: number, to: number, limit: number): Statement {
  const where = 'stream = ? AND position >= ? AND position <= ?'
  return reading(`SELECT ${COLUMNS} FROM ${MESSAGES_TABLE} WHERE ${where} ORDER BY position LIMIT ?`, [stream, from, to, limit])
}

export interface LogPart {
  /** Everything, when left out. */
  readonly category?: string | undefined
  readonly types?: readonly string[] | undefined
  readonly partition?: Partition | undefined
  /** Sequences after this one. */
  readonly after: number
}

export function ofLog({ category, types, partition, after }: LogPart, limit: number): Statement {
  const conditions: readonly (readonly [text: string, values: Statement['values']])[] = [
    ['sequence > ?', [after]],
    ...(category === undefined ? [] : [['category = ?', [category]] as const]),
    ...(types === undefined ? [] : [['type IN (SELECT value FROM json_each(?))', [JSON.stringify(types)]] as const]),
    ...(partition === undefined ? [] : [[`${PARTITION_OF}(stream, ?) = ?`, [partition.count, partition.index]] as const]),
  ]
  const where = conditions.map(([text]) => text).join(' AND ')
  const values = [...conditions.flatMap(([, given]) => given), limit]
  return reading(`SELECT ${COLUMNS} FROM ${MESSAGES_TABLE} WHERE ${where} ORDER BY sequence LIMIT ?`, values)
}

/** The highest sequence of a category, or of everything; null while there is none. */
export function headOf(category: string | undefined): Statement {
  const where = category === undefined ? '' : ' WHERE category = ?'
  return reading(`SELECT max(sequence) AS head FROM ${MESSAGES_TABLE}${where}`, category === undefined ? [] : [category])
}

export function withId(id: string): Statement {
  return reading(`SELECT ${COLUMNS} FROM ${MESSAGES_TABLE} WHERE id = ?`, [id])
}

export function ofCorrelation(correlationId: string): Statement {
  return reading(`SELECT ${COLUMNS} FROM ${MESSAGES_TABLE} WHERE correlation_id = ? ORDER BY sequence`, [correlationId])
}

/** Streams of a category, by code point. The first message of a stream stands for it. */
export function streamsOf(category: string): Statement {
  return reading(`SELECT stream FROM ${MESSAGES_TABLE} WHERE category = ? AND position = 0 ORDER BY stream`, [category])
}

function reading(text: string, values: Statement['values']): Statement {
  return { text, values, gives: 'rows' }
}
