import { beforeAll, describe, expect, test } from 'vitest'
import { MemoryDatabase } from '../../../src/adapters/memory/database.ts'
import type { ChangeSet } from '../../../src/ports/change-set.ts'
import { NO_CHANGES } from '../../../src/ports/change-set.ts'
import type { Criteria } from '../../../src/ports/criteria.ts'
import type { DatabaseReads } from '../../../src/ports/database.ts'
import type { ColumnValue } from '../../../src/ports/table.ts'
import { MessageMaker, uuid } from '../../../src/testing/conformance/messages.ts'
import { item, items, order, orders, people, person } from '../../../src/testing/conformance/schemas.ts'
import { workOf } from '../support/work-meter.ts'

const FEW = 100
const MANY = 20_000

const make = new MessageMaker()

/** Orders with one item each, people, and messages in streams of ten. */
async function holding(count: number): Promise<MemoryDatabase> {
  const database = new MemoryDatabase({ name: 'test' })
  const numbers = Array.from({ length: count }, (_, number) => number)
  await database.open()
  await database.commit({
    ...NO_CHANGES,
    inserts: [
      { table: orders.table, rows: numbers.map((number) => order(`o${number}`)) },
      { table: items, rows: numbers.map((number) => item(`i${number}`, `o${number}`, 0)) },
      {
        table: people.table,
        rows: numbers.map((number) =>
          person(`p${number}`, { contact_email: `${number}@example.com`, tenant: 't', nick_name: `${number}` }),
        ),
      },
    ],
    appends: numbers.map((number) =>
      make.append(`order-${Math.floor(number / 10)}`, 1, { correlationId: uuid(1_000_000 + Math.floor(number / 5)) }),
    ),
  })
  return database
}

function is(column: string, value: ColumnValue): Criteria {
  return { op: 'compare', column, lookup: 'eq', value }
}

function of(cluster: typeof orders, where: Criteria) {
  return { cluster, where, orderBy: [] }
}

/** Some of everything, on rows that no other change set in this file touches. */
function changes(number: number): ChangeSet {
  return {
    deletes: [{ table: orders.table, id: `o${number}`, expectedVersion: 0 }],
    updates: [
      { table: orders.table, id: `o${number + 1}`, expectedVersion: 0, row: order(`o${number + 1}`, { version: 1 }) },
      { table: people.table, id: `p${number}`, row: person(`p${number}`, { contact_email: `new-${number}@example.com` }) },
    ],
    inserts: [
      { table: orders.table, rows: [order(`new-${number}`)] },
      { table: items, rows: [item(`new-${number}`, `new-${number}`, 0)] },
    ],
    appends: [make.append(`shipment-${number}`, 2, { expectedVersion: -1 })],
  }
}

describe('what an operation costs does not depend on how much is stored', () => {
  let few: MemoryDatabase
  let many: MemoryDatabase

  beforeAll(async () => {
    few = await holding(FEW)
    many = await holding(MANY)
  })

  const writes: readonly (readonly [string, (database: MemoryDatabase) => Promise<unknown>])[] = [
    ['a commit', (database) => database.commit(changes(10))],
    ['a commit that is refused', (database) => database.commit(changes(10)).catch(() => undefined)],
    [
      'a transaction',
      async (database) => {
        const transaction = await database.begin()
        await transaction.apply(changes(20))
        await transaction.load(orders, ['o21', 'new-20'])
        await transaction.commit(changes(30))
      },
    ],
    [
      'a transaction that is rolled back',
      async (database) => {
        const transaction = await database.begin()
        await transaction.apply(changes(40))
        await transaction.rollback()
      },
    ],
    ['a change by primary key', (database) => database.updateWhere(people.table, is('id', 'p50'), { visits: 1 })],
    ['a deletion by parent', (database) => database.deleteWhere(items, is('order_id', 'o50'))],
    ['an append', (database) => database.events.append([make.append('order-5', 3)])],
  ]
  const both: Criteria = { op: 'and', terms: [is('nick_name', '60'), is('tenant', 't')] }
  const reads: readonly (readonly [string, (database: MemoryDatabase) => Promise<unknown>])[] = [
    ['loading by id', (database) => database.load(orders, ['o60', 'o61', 'none'])],
    ['selecting by primary key', (database) => database.select(of(orders, is('id', 'o60')))],
    [
      'selecting by several keys',
      (database) => database.count(orders.table, { op: 'compare', column: 'id', lookup: 'in', value: ['o60', 'o61'] }),
    ],
    ['selecting by a unique column', (database) => database.exists(people.table, is('contact_email', '60@example.com'))],
    ['selecting by unique columns together', (database) => database.count(people.table, both)],
    ['selecting children by their parent', (database) => database.count(items, is('order_id', 'o60'))],
    ['reading a stream', (database) => database.events.readStream('order-6', { from: 3, limit: 4 })],
    ['reading the last message of a stream', (database) => database.events.lastMessage('order-6')],
    ['reading a page of a category', (database) => database.events.readCategory('order', { after: '50', limit: 5 })],
    ['reading a page of everything', (database) => database.events.readAll({ after: '50', limit: 5 })],
    ['finding the head', (database) => database.events.head('order')],
    ['finding a message', (database) => database.events.find(uuid(60))],
    ['finding what belongs together', (database) => database.events.correlated(uuid(1_000_006))],
  ]

  for (const [what, action] of [...writes, ...reads]) {
    test(what, async () => {
      const work = await workOf(() => action(few))
      expect(work).toBeGreaterThan(0)
      expect(await workOf(() => action(many))).toBe(work)
    })
  }

  test('the measure sees a scan', async () => {
    const scan = (database: DatabaseReads) => database.count(orders.table, is('status', 'draft'))
    expect(await workOf(() => scan(few))).toBeGreaterThan(FEW / 2)
    expect(await workOf(() => scan(many))).toBeGreaterThan(MANY / 2)
  })

  test('the measure sees a copy', async () => {
    const stored = new Map(Array.from({ length: 500 }, (_, number) => [number, number]))
    expect(await workOf(async () => new Map(stored))).toBeGreaterThanOrEqual(500)
    expect(await workOf(async () => [...stored.values()])).toBeGreaterThanOrEqual(500)
    expect(await workOf(async () => [...stored.keys()].slice())).toBeGreaterThanOrEqual(1000)
  })
})
