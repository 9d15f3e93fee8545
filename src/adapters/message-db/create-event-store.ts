import { ConfigurationError } from '../../errors.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import { loadDriver } from '../postgres/driver.ts'
import { PoolClient } from '../postgres/pool-client.ts'
import type { PostgresSettings } from '../postgres/settings.ts'
import { poolOptions } from '../postgres/settings.ts'
import { MessageDbEventStore } from './event-store.ts'
import { SCHEMA } from './statements.ts'

interface MessageDbSettings extends PostgresSettings {
  /** Connections at most, in the place of pool size and overflow. */
  readonly maxConnections?: number | undefined
}

export interface MessageDbSetup {
  readonly name: string
  /** Checked and complete: `MessageDbSettings`. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly timers: Timers
}

const ELEMENT = 'eventStore'

/** The event store of `[event_store]`. Fails with `ConfigurationError` for a schema or a URI that is none; the driver is loaded when it is opened. */
export function createEventStore({ name, settings: given, timers }: MessageDbSetup): MessageDbEventStore {
  const settings = given as MessageDbSettings
  if (settings.schema !== undefined && settings.schema !== SCHEMA) {
    throw new ConfigurationError({
      code: 'MESSAGE_DB_SCHEMA',
      element: `${ELEMENT}.schema`,
      message: `is "${settings.schema}", but Message DB lives in the schema "${SCHEMA}" alone.`,
      fix: 'Remove it. Give each message store a database of its own.',
    })
  }
  const { maxConnections, poolSize = maxConnections, options } = settings
  const limits = maxConnections === undefined ? {} : { min: Math.min(poolSize ?? maxConnections, maxConnections), max: maxConnections }
  const pool = poolOptions(name, { ...settings, schema: SCHEMA, options: { ...limits, ...options } }, ELEMENT)
  return new MessageDbEventStore({ name, client: new PoolClient({ pool, load: () => loadDriver(name, ELEMENT) }), timers })
}
