/** Reads per second on PostgreSQL: one aggregate with its children, and a page of 20 of 10,000 rows; beside them the driver alone with the same queries. */
import { NO_CHANGES } from '../src/ports/change-set.ts'
import { item, items, note, notes, order, orders, people, person } from '../src/testing/conformance/schemas.ts'
import { newKeys, openServer } from './postgres-server.ts'
import type { Way } from './taking-turns.ts'
import { takingTurns } from './taking-turns.ts'

const CHILDREN = 5
const PEOPLE = 10_000

const keys = newKeys(1000)
const cluster = {
  table: orders.table,
  children: [
    { table: items, children: [] },
    { table: notes, children: [] },
  ],
}
const { database, driver, serverCpu, close } = await openServer([cluster, people])
const several = Array.from({ length: CHILDREN }, (_, place) => place)
await database.commit({
  ...NO_CHANGES,
  inserts: [
    { table: orders.table, rows: keys.map((key) => order(key)) },
    { table: items, rows: keys.flatMap((key) => several.map((place) => item(`${key}-${place}`, key, place))) },
    { table: notes, rows: keys.flatMap((key) => several.map((place) => note(`${key}-${place}`, key, place))) },
    { table: people.table, rows: newKeys(PEOPLE).map((key, visits) => person(key, { visits, tenant: `tenant ${visits % 50}` })) },
  ],
})
await driver.query('ANALYZE')

const loads: Readonly<Record<string, Way>> = {
  async 'driver: three queries by key'(key) {
    await driver.query({ name: 'root', text: `SELECT id, version, status, total FROM ${orders.table.name} WHERE id = $1`, values: [key] })
    const ofOrder = (table: string, columns: string) => ({
      name: table,
      text: `SELECT ${columns} FROM ${table} WHERE order_id = $1 ORDER BY place, id`,
      values: [key],
    })
    await Promise.all([
      driver.query(ofOrder(items.name, 'id, order_id, place, sku, quantity')),
      driver.query(ofOrder(notes.name, 'id, order_id, place, words')),
    ])
  },
  'Database: load': (key) => database.load(cluster, [key]),
}

const tenantOf = (key: string) => `tenant ${keys.indexOf(key) % 50}`
const pages: Readonly<Record<string, Way>> = {
  async 'driver: one query'(key) {
    const where = 'tenant = $1 AND visits >= $2 ORDER BY visits DESC, id LIMIT 20'
    const text = `SELECT id, contact_email, tenant, nick_name, visits FROM ${people.table.name} WHERE ${where}`
    await driver.query({ name: 'page', text, values: [tenantOf(key), 100] })
  },
  'Database: select': (key) =>
    database.select({
      cluster: people,
      where: {
        op: 'and',
        terms: [
          { op: 'compare', column: 'tenant', lookup: 'eq', value: tenantOf(key) },
          { op: 'compare', column: 'visits', lookup: 'gte', value: 100 },
        ],
      },
      orderBy: [{ column: 'visits', descending: true }],
      limit: 20,
    }),
}

for (const inFlight of [1, 16, 64]) await takingTurns('an aggregate with ten children', loads, { keys, inFlight, serverCpu })
for (const inFlight of [1, 16, 64]) await takingTurns('a page of 20', pages, { keys, inFlight, serverCpu })
await close()
