import { readFile } from 'node:fs/promises'
import { Pool } from 'pg'
import { createDatabase } from '../src/adapters/postgres/create-database.ts'
import type { PostgresDatabase } from '../src/adapters/postgres/database.ts'
import { Message } from '../src/messaging/message.ts'
import type { ClusterSchema } from '../src/ports/table.ts'
import { uuidV7Ids } from '../src/util/runtime/ids.ts'
import { systemTimers } from '../src/util/runtime/timers.ts'

export const DATABASE_URI = process.env.PROTEAN_TEST_POSTGRES ?? 'postgresql://postgres@127.0.0.1:5432/test'
/** What the adapter opens by default: as many for the driver alone. */
const CONNECTIONS = 15

const MICROSECONDS_PER_TICK = 10_000

const ids = uuidV7Ids()

/** A database of ours and the driver alone, on the same schema of a server, which is dropped in the end. */
export interface BenchServer {
  readonly database: PostgresDatabase
  readonly driver: Pool
  readonly schema: string
  /** Microseconds that the server's processes have used so far; `NaN` where they run on another machine, or not on Linux. */
  serverCpu(): Promise<number>
  close(): Promise<void>
}

export async function openServer(clusters: readonly ClusterSchema[]): Promise<BenchServer> {
  const schema = `bench_${process.pid}`
  const database = createDatabase({ name: 'bench', settings: { databaseUri: DATABASE_URI, schema }, timers: systemTimers })
  const driver = new Pool({ connectionString: DATABASE_URI, max: CONNECTIONS, options: `-c search_path=${schema}` })
  await database.open()
  await database.createArtifacts(clusters)
  return {
    database,
    driver,
    schema,
    serverCpu: () => serverCpu(driver),
    async close() {
      await database.close()
      await driver.query(`DROP SCHEMA ${schema} CASCADE`)
      await driver.end()
    },
  }
}

async function serverCpu(driver: Pool): Promise<number> {
  const { rows } = await driver.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE datname = current_database()')
  const used = await Promise.all(rows.map(({ pid }) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')))
  // User and system time are the 14th and 15th field, the 2nd being the name in parentheses.
  const ticks = used
    .map((stat) => stat.slice(stat.lastIndexOf(')') + 2).split(' '))
    .map((fields) => Number(fields[11]) + Number(fields[12]))
  return ticks.reduce((sum, one) => sum + one, 0) * MICROSECONDS_PER_TICK
}

export function newKeys(count: number): readonly string[] {
  return Array.from({ length: count }, () => ids.next())
}

/** An event such as the framework stores. */
export function message(stream: string): Message {
  return new Message(
    { orderId: stream, quantity: 3, note: 'as soon as possible' },
    {
      headers: { id: ids.next(), time: new Date(0), type: 'Shop.OrderPlaced.v1', stream },
      envelope: { specversion: '1.0', checksum: 'a'.repeat(64) },
      domain: {
        kind: 'EVENT',
        fqn: 'shop.OrderPlaced',
        streamCategory: 'order',
        version: 1,
        asynchronous: true,
        priority: 0,
        correlationId: ids.next(),
        causationId: ids.next(),
      },
      extensions: {},
    },
  )
}

/** A table of events with the two indexes that no event store can do without. */
export const CREATE_EVENTS = `CREATE TABLE plain_events (global_position bigserial PRIMARY KEY, stream text NOT NULL, position bigint NOT NULL,
  id uuid NOT NULL, type text NOT NULL, data jsonb NOT NULL, metadata jsonb NOT NULL, UNIQUE (stream, position))`

export const INSERT_EVENT = 'INSERT INTO plain_events (stream, position, id, type, data, metadata)'

/** The parameters of an event for `INSERT_EVENT`. */
export function eventValues(stream: string, position: number): unknown[] {
  const { data, metadata } = message(stream)
  return [stream, position, metadata.headers.id, metadata.headers.type, JSON.stringify(data), JSON.stringify(metadata)]
}
