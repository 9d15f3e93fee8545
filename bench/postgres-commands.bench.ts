/**
 * Commands per second on PostgreSQL, each of them one load, one decision and one commit, against the driver alone sending one select and one insert for each.
 * All take turns in short rounds, so that a busy machine is busy for all alike; the medians of the rounds are compared.
 */
import { Pool } from 'pg'
import { createDatabase } from '../src/adapters/postgres/create-database.ts'
import { Message } from '../src/messaging/message.ts'
import { NO_CHANGES } from '../src/ports/change-set.ts'
import { order, orders } from '../src/testing/conformance/schemas.ts'
import { uuidV7Ids } from '../src/util/runtime/ids.ts'
import { systemTimers } from '../src/util/runtime/timers.ts'

const databaseUri = process.env.PROTEAN_TEST_POSTGRES ?? 'postgresql://postgres@127.0.0.1:5432/test'
const schema = `bench_${process.pid}`
const STREAMS = 1000
const ROUND_MS = 300
const ROUNDS = 15
const CONNECTIONS = 15

const ids = uuidV7Ids()
const keys = Array.from({ length: STREAMS }, () => ids.next())
const database = createDatabase({ name: 'bench', settings: { databaseUri, schema }, timers: systemTimers })
const driver = new Pool({ connectionString: databaseUri, max: CONNECTIONS, options: `-c search_path=${schema}` })
await database.open()
await database.createArtifacts([orders])
await database.commit({ ...NO_CHANGES, inserts: [{ table: orders.table, rows: keys.map((key) => order(key)) }] })
await driver.query(`CREATE TABLE raw_events (global_position bigserial PRIMARY KEY, stream text NOT NULL, position bigint NOT NULL, id uuid NOT NULL,
  type text NOT NULL, data jsonb NOT NULL, metadata jsonb NOT NULL, UNIQUE (stream, position))`)

function message(stream: string): Message {
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

const rawPositions = new Map<string, number>()
const busy = new Set<string>()

/** A key that no other command in flight has, so that none fails for a conflict. */
function free(): string {
  for (;;) {
    const key = keys[Math.floor(Math.random() * STREAMS)] as string
    if (!busy.has(key)) return key
  }
}

const commands: Readonly<Record<string, (key: string) => Promise<void>>> = {
  async 'driver: select, insert'(key) {
    const stream = `order-${key}`
    await driver.query({
      name: 'load',
      text: 'SELECT position, type, data, metadata FROM raw_events WHERE stream = $1 ORDER BY position DESC LIMIT 1',
      values: [stream],
    })
    const position = (rawPositions.get(key) ?? -1) + 1
    const { data, metadata } = message(stream)
    await driver.query({
      name: 'save',
      text: 'INSERT INTO raw_events (stream, position, id, type, data, metadata) VALUES ($1, $2, $3, $4, $5, $6)',
      values: [stream, position, metadata.headers.id, metadata.headers.type, JSON.stringify(data), JSON.stringify(metadata)],
    })
    rawPositions.set(key, position)
  },
  async 'event store: last message, append'(key) {
    const stream = `order-${key}`
    const last = await database.events.lastMessage(stream)
    await database.events.append([
      { stream, category: 'order', expectedVersion: last?.stored?.position ?? -1, messages: [message(stream)] },
    ])
  },
  async 'database: load, row and event'(key) {
    const stream = `order-${key}`
    const [found] = await database.load({ table: orders.table, children: [] }, [key])
    const version = Number(found?.row.version)
    await database.commit({
      ...NO_CHANGES,
      updates: [{ table: orders.table, id: key, expectedVersion: version, row: order(key, { version: version + 1, total: version }) }],
      appends: [{ stream, category: 'order', messages: [message(stream)] }],
    })
  },
}

async function run(command: (key: string) => Promise<void>, inFlight: number, forMs: number): Promise<number> {
  const end = performance.now() + forMs
  let done = 0
  const start = performance.now()
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() < end) {
        const key = free()
        busy.add(key)
        await command(key)
        busy.delete(key)
        done += 1
      }
    }),
  )
  return (done / (performance.now() - start)) * 1000
}

const median = (numbers: readonly number[]) => [...numbers].sort((left, right) => left - right)[numbers.length >> 1] ?? 0

for (const inFlight of [1, 16, 64]) {
  const rates = new Map(Object.keys(commands).map((name) => [name, [] as number[]]))
  for (const command of Object.values(commands)) await run(command, inFlight, ROUND_MS)
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, command] of Object.entries(commands)) rates.get(name)?.push(await run(command, inFlight, ROUND_MS))
  }
  const base = median(rates.get('driver: select, insert') ?? [])
  console.log(`${inFlight} in flight`)
  for (const [name, all] of rates)
    console.log(`  ${name.padEnd(36)} ${median(all).toFixed(0).padStart(7)}/s  ${(median(all) / base).toFixed(2)}×`)
}

await driver.query(`DROP SCHEMA ${schema} CASCADE`)
await driver.end()
await database.close()
