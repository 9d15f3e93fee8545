import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PostgresDatabase } from '../../../src/adapters/postgres/database.ts'
import { loadDriver } from '../../../src/adapters/postgres/driver.ts'
import { PoolClient } from '../../../src/adapters/postgres/pool-client.ts'
import { postgresDialect } from '../../../src/adapters/postgres/postgres-dialect.ts'
import { poolOptions } from '../../../src/adapters/postgres/settings.ts'
import { NO_CHANGES } from '../../../src/ports/change-set.ts'
import { times } from '../../../src/testing/conformance/assertions.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { changes, inserting, is, selecting, together, updatingOrder } from '../../../src/testing/conformance/rows.ts'
import {
  conformanceClusters,
  discount,
  discounts,
  item,
  items,
  order,
  orders,
  people,
  person,
} from '../../../src/testing/conformance/schemas.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'
import { describePostgres } from '../../support/postgres.ts'
import { CountingClient } from '../support/counting-client.ts'

describePostgres('round trips to PostgreSQL', (server) => {
  let client: CountingClient
  let database: PostgresDatabase
  let make: MessageMaker

  beforeEach(async () => {
    const schema = server.schema()
    const pool = poolOptions('test', { databaseUri: server.uri, schema })
    client = new CountingClient(new PoolClient({ pool, load: () => loadDriver('test') }))
    const dialect = postgresDialect()
    database = new PostgresDatabase({ name: 'test', provider: 'postgresql', client, dialect, timers: systemTimers, schema, durable: true })
    make = new MessageMaker()
    await database.open()
    await database.createArtifacts(conformanceClusters)
  })

  afterEach(() => database.close())

  describe('a change set takes one', () => {
    test('when it adds an aggregate with many children and events', async () => {
      const rows = [order('o1')]
      const set = changes({
        inserts: [
          { table: orders.table, rows },
          { table: items, rows: times(5, (number) => item(`i${number}`, 'o1', number)) },
          { table: discounts, rows: times(20, (number) => discount(`d${number}`, `i${number % 5}`, number)) },
        ],
        appends: [make.append('order-o1', 3, { expectedVersion: -1 })],
      })
      expect(await client.roundTrips(() => database.commit(set))).toBe(1)
    })

    test('when it changes an aggregate, and the statements are three: the row, the lock, the event', async () => {
      await database.commit(inserting(orders.table, order('o1')))
      const set = { ...updatingOrder(order('o1', { total: 1 }), 0), appends: [make.append('order-o1')] }
      expect(await client.roundTrips(() => database.commit(set))).toBe(1)
      expect(client.flushes.at(-1)?.length).toBe(3)
    })

    test('when it changes several aggregates, children and streams at once', async () => {
      await database.commit(inserting(orders.table, ...times(12, (number) => order(`o${number}`))))
      const set = together(
        ...times(12, (number) => updatingOrder(order(`o${number}`), 0)),
        inserting(items, item('i1', 'o1', 0)),
        changes({ deletes: [{ table: people.table, id: 'p1' }], appends: times(12, (number) => make.append(`order-o${number}`)) }),
      )
      expect(await client.roundTrips(() => database.commit(set))).toBe(1)
    })

    test('and none when there is nothing to do', async () => {
      expect(await client.roundTrips(() => database.commit(NO_CHANGES))).toBe(0)
      expect(await client.roundTrips(() => database.events.append([]))).toBe(0)
    })
  })

  test('an append to several streams takes one', async () => {
    expect(await client.roundTrips(() => database.events.append([make.append('order-1', 3), make.append('order-2')]))).toBe(1)
  })

  test('loading takes one for each level, however many roots and children there are', async () => {
    await database.commit(
      changes({
        inserts: [
          { table: orders.table, rows: times(3, (number) => order(`o${number}`)) },
          { table: items, rows: times(30, (number) => item(`i${number}`, `o${number % 3}`, number)) },
          { table: discounts, rows: times(60, (number) => discount(`d${number}`, `i${number % 30}`, number)) },
        ],
      }),
    )
    expect(await client.roundTrips(() => database.load(orders, ['o0', 'o1', 'o2']))).toBe(3)
    expect(await client.roundTrips(() => database.load(people, ['p1', 'p2']))).toBe(1)
  })

  test('a page with its total, a count and whether there is any take one', async () => {
    await database.commit(inserting(people.table, ...times(5, (visits) => person(`p${visits}`, { visits }))))
    expect(await client.roundTrips(() => database.select(selecting(people, { limit: 2, withTotal: true })))).toBe(1)
    expect(await client.roundTrips(() => database.count(people.table, is('visits', 1)))).toBe(1)
    expect(await client.roundTrips(() => database.exists(people.table, is('visits', 1)))).toBe(1)
  })

  test('a page of the log takes one, also when it is to have some types only', async () => {
    await database.events.append([make.append('order-1', 3)])
    expect(await client.roundTrips(() => database.events.readCategory('order', { limit: 2 }))).toBe(1)
    expect(await client.roundTrips(() => database.events.readAll({ limit: 2, types: ['Shop.OrderPlaced.v1'] }))).toBe(1)
  })

  test('a transaction begins with its first statement, and one without any never does', async () => {
    const transaction = await database.begin()
    expect(await client.roundTrips(() => transaction.count(people.table, is('id', 'p1')))).toBe(1)
    expect(await client.roundTrips(() => transaction.commit(NO_CHANGES))).toBe(1)
    const idle = await database.begin()
    expect(await client.roundTrips(() => idle.commit(NO_CHANGES))).toBe(0)
  })

  test('a reader of some types skips nothing that comes while its page is made', async () => {
    await database.events.append([make.append('order-1', 1, { type: 'other' })])
    client.before = async (statements) => {
      if (statements.length < 2) return
      client.before = async () => undefined
      const [first, ...rest] = statements
      // The page's two statements see different moments; this is what may happen between them.
      await client.flush([first!])
      await database.events.append([make.append('order-1', 1, { type: 'wanted' })])
      expect(rest.length).toBe(1)
    }
    const page = await database.events.readAll({ limit: 10, types: ['wanted'] })
    const next = await database.events.readAll({ limit: 10, types: ['wanted'], after: page.cursor })
    expect([...page.messages, ...next.messages].length).toBe(1)
  })
})
