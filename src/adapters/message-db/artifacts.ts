import type { PostgresClient } from '../postgres/client.ts'
import { command } from '../postgres/event-schema.ts'
import type { Statement } from '../sql/statement.ts'
import { notInstalled } from './errors.ts'
import { CORRELATION_ID, MESSAGES, SCHEMA } from './statements.ts'

const MAX_DELETED_BYTES = 8 * 1024 * 1024

/** What Message DB has no index for. Without them the same reads give the same, after looking at every message, or at every one of a category. */
const INDEXES: Readonly<Record<string, string>> = {
  protean_messages_correlation: `(${CORRELATION_ID}, global_position) WHERE ${CORRELATION_ID} IS NOT NULL`,
  protean_messages_type: '(type, global_position)',
  protean_messages_streams: `(${SCHEMA}.category(stream_name), stream_name COLLATE "C") WHERE position = 0`,
}

/** Two processes that create the same index at once would both fail, `IF NOT EXISTS` or not. */
const ONE_AT_A_TIME = command(`SELECT pg_advisory_xact_lock(hashtextextended('proteanjs schema', 0))`)
const VERSION: Statement = { text: `SELECT ${SCHEMA}.message_store_version() AS version`, values: [], gives: 'rows' }
const EXISTING: Statement = {
  text: `SELECT indexname AS name FROM pg_indexes WHERE schemaname = '${SCHEMA}' AND tablename = 'messages'`,
  values: [],
  gives: 'rows',
}
const SIZE: Statement = { text: `SELECT pg_total_relation_size('${MESSAGES}') AS size`, values: [], gives: 'rows' }

/** Adds the indexes that are missing to an installed message store. Asks first: creating one takes a right that using it does not, even where it is there. */
export async function createIndexes(client: PostgresClient, what: string): Promise<void> {
  const [version, existing] = await client.flush([VERSION, EXISTING])
  const given = String(version?.rows[0]?.version)
  if (!/^1\.[3-9]\./.test(given)) throw notInstalled(what, new Error(`its version is ${given}`))
  const names = new Set((existing?.rows ?? []).map(({ name }) => name))
  const missing = Object.entries(INDEXES).filter(([name]) => !names.has(name))
  if (missing.length === 0) return
  await client.flush([ONE_AT_A_TIME, ...missing.map(([name, on]) => command(`CREATE INDEX IF NOT EXISTS ${name} ON ${MESSAGES} ${on}`))])
}

export async function dropIndexes(client: PostgresClient): Promise<void> {
  await client.flush([ONE_AT_A_TIME, ...Object.keys(INDEXES).map((name) => command(`DROP INDEX IF EXISTS ${SCHEMA}.${name}`))])
}

/**
 * Removes all messages. Positions go on counting, so that an old cursor skips nothing that comes later. `TRUNCATE` waits until new files are on disk, which takes a
 * hundred times as long as deleting what a test has left; so that is for larger amounts only.
 */
export async function deleteMessages(client: PostgresClient): Promise<void> {
  const [size] = await client.flush([SIZE])
  const isSmall = Number(size?.rows[0]?.size) <= MAX_DELETED_BYTES
  await client.flush([command(isSmall ? `DELETE FROM ${MESSAGES}` : `TRUNCATE ${MESSAGES}`)])
}
