/**
 * Commands per second on PostgreSQL: each loads one aggregate, decides, and stores its row and an event. Beside them the driver alone, with the least that
 * can be sent for the same, and with one transaction for each command, as it is mostly written. Goals: 0.8, 1.2 and 2 times the first at 1, 16 and 64 in flight.
 */
import { Domain, field } from 'proteanjs'
import { NO_CHANGES } from '../src/ports/change-set.ts'
import { order, orders } from '../src/testing/conformance/schemas.ts'
import { CREATE_EVENTS, DATABASE_URI, eventValues, INSERT_EVENT, message, newKeys, openServer } from './postgres-server.ts'
import type { Way } from './taking-turns.ts'
import { takingTurns } from './taking-turns.ts'

const keys = newKeys(1000)
const roots = { table: orders.table, children: [] }
const { database, driver, schema, serverCpu, close } = await openServer([roots])
await database.commit({ ...NO_CHANGES, inserts: [{ table: orders.table, rows: keys.map((key) => order(key)) }] })
await driver.query(CREATE_EVENTS)
await driver.query('CREATE TABLE plain_orders (id text PRIMARY KEY, version bigint NOT NULL, status text NOT NULL, total bigint)')
await driver.query(`INSERT INTO plain_orders SELECT id, version, status, total FROM ${orders.table.name}`)

const domain = new Domain('bench', { config: { commandProcessing: 'sync', eventProcessing: 'sync' } })
domain.config.databases.default = { provider: 'postgresql', databaseUri: DATABASE_URI, schema }

class Reserved extends domain.event(
  'Reserved',
  { productId: field.identifier({ required: true }), quantity: field.integer({ required: true }) },
  { partOf: 'Inventory' },
) {}

class Inventory extends domain.aggregate('Inventory', {
  productId: field.identifier({ identifier: true }),
  available: field.integer({ default: 0, min: 0 }),
}) {
  reserve(quantity: number): void {
    this.available -= quantity
    this.raise(new Reserved({ productId: this.productId, quantity }))
  }
}

class Reserve extends domain.command(
  'Reserve',
  { productId: field.identifier({ required: true }), quantity: field.integer({ required: true, min: 1 }) },
  { partOf: 'Inventory' },
) {}

domain.commandHandler('InventoryCommands', { partOf: Inventory }).handle(Reserve, async (command) => {
  const inventories = domain.repositoryFor(Inventory)
  const inventory = await inventories.get(command.productId)
  inventory.reserve(command.quantity)
  await inventories.add(inventory)
})

await domain.init()
for (const provider of domain.providers.values()) await provider.createDatabaseArtifacts()
await domain.unitOfWork(async () => {
  for (const productId of keys) await domain.repositoryFor(Inventory).add(new Inventory({ productId, available: 1_000_000_000 }))
})

const positions = new Map<string, number>()

function nextPosition(key: string): number {
  const position = (positions.get(key) ?? -1) + 1
  positions.set(key, position)
  return position
}

const LOAD = { name: 'load', text: 'SELECT id, version, status, total FROM plain_orders WHERE id = $1' }
const UPDATE = 'UPDATE plain_orders SET version = $1::bigint + 1, total = $2::bigint WHERE id = $3::text AND version = $1::bigint'

const ways: Readonly<Record<string, Way>> = {
  async 'driver: select, update with event in one statement'(key) {
    const { rows } = await driver.query({ ...LOAD, values: [key] })
    const event = eventValues(`order-${key}`, nextPosition(key))
    const text = `WITH updated AS (${UPDATE} RETURNING 1) ${INSERT_EVENT} SELECT $4, $5, $6, $7, $8, $9 FROM updated`
    await driver.query({ name: 'save', text, values: [rows[0].version, 7, key, ...event] })
  },
  async 'driver: select, insert of an event'(key) {
    await driver.query({ ...LOAD, values: [key] })
    const values = eventValues(`order-${key}`, nextPosition(key))
    await driver.query({ name: 'insert', text: `${INSERT_EVENT} VALUES ($1, $2, $3, $4, $5, $6)`, values })
  },
  async 'driver: select, BEGIN, update, event, COMMIT'(key) {
    const { rows } = await driver.query({ ...LOAD, values: [key] })
    const values = eventValues(`order-${key}`, nextPosition(key))
    const client = await driver.connect()
    await client.query('BEGIN')
    await client.query({ name: 'update', text: UPDATE, values: [rows[0].version, 7, key] })
    await client.query({ name: 'insert', text: `${INSERT_EVENT} VALUES ($1, $2, $3, $4, $5, $6)`, values })
    await client.query('COMMIT')
    client.release()
  },
  async 'Database: load, commit'(key) {
    const stream = `order-${key}`
    const [found] = await database.load(roots, [key])
    const version = Number(found?.row.version)
    await database.commit({
      ...NO_CHANGES,
      updates: [{ table: orders.table, id: key, expectedVersion: version, row: order(key, { version: version + 1, total: 7 }) }],
      appends: [{ stream, category: 'order', messages: [message(stream)] }],
    })
  },
  'Domain: process': (key) => domain.process(new Reserve({ productId: key, quantity: 1 })),
}

for (const inFlight of [1, 16, 64]) await takingTurns('commands', ways, { keys, inFlight, serverCpu })
await domain.close()
await close()
