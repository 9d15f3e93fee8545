import type { Statement } from '../sql/statement.ts'

export const MESSAGES_TABLE = 'protean_messages'
export const MESSAGE_ID_INDEX = `uq_${MESSAGES_TABLE}_id`

/**
 * The log. `ordering_xid` and `global_position` say where a message stands for readers of a category or of everything, `position` where it stands in its stream:
 * docs/adr/0008-order-of-the-log-on-postgresql.md. Data and metadata are `json`, not `jsonb`: what is only ever appended and read whole need not be taken apart.
 */
const TABLE = `CREATE TABLE IF NOT EXISTS ${MESSAGES_TABLE} (
  global_position bigint GENERATED ALWAYS AS IDENTITY,
  ordering_xid xid8 NOT NULL,
  stream text COLLATE "C" NOT NULL,
  category text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  id text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  correlation_id text COLLATE "C",
  data json NOT NULL,
  metadata json NOT NULL,
  PRIMARY KEY (stream, position)
)`

const INDEXES = [
  `CREATE UNIQUE INDEX IF NOT EXISTS ${MESSAGE_ID_INDEX} ON ${MESSAGES_TABLE} (id)`,
  `CREATE UNIQUE INDEX IF NOT EXISTS uq_${MESSAGES_TABLE}_log ON ${MESSAGES_TABLE} (ordering_xid, global_position)`,
  `CREATE INDEX IF NOT EXISTS ix_${MESSAGES_TABLE}_category ON ${MESSAGES_TABLE} (category, ordering_xid, global_position)`,
  `CREATE INDEX IF NOT EXISTS ix_${MESSAGES_TABLE}_type ON ${MESSAGES_TABLE} (type, ordering_xid, global_position)`,
  `CREATE INDEX IF NOT EXISTS ix_${MESSAGES_TABLE}_correlation ON ${MESSAGES_TABLE} (correlation_id, ordering_xid, global_position) WHERE correlation_id IS NOT NULL`,
  // Every stream once: what lists the streams of a category.
  `CREATE INDEX IF NOT EXISTS ix_${MESSAGES_TABLE}_streams ON ${MESSAGES_TABLE} (category, stream) WHERE position = 0`,
]

export const CREATE_MESSAGES: readonly Statement[] = [TABLE, ...INDEXES].map(command)
export const DROP_MESSAGES: readonly Statement[] = [command(`DROP TABLE IF EXISTS ${MESSAGES_TABLE}`)]

/** A statement without parameters and rows. */
export function command(text: string): Statement {
  return { text, values: [], gives: 'count' }
}

/** Waits at the server, whose clock is the one that matters where transactions of others are waited for. */
export function pause(ms: number): Statement {
  return { text: 'SELECT pg_sleep($1::double precision)', values: [ms / 1000], gives: 'count' }
}
