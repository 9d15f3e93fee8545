import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PostgresDatabase } from '../../../src/adapters/postgres/database.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import type { Transaction } from '../../../src/ports/database.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { changes, inserting, selectedIds } from '../../../src/testing/conformance/rows.ts'
import { conformanceClusters, items, order, orders, people, person, tickets } from '../../../src/testing/conformance/schemas.ts'
import { describePostgres } from '../../support/postgres.ts'
import type { PostgresHarness } from '../support/postgres-harness.ts'
import { postgresDatabase } from '../support/postgres-harness.ts'

describePostgres('errors of PostgreSQL', (server) => {
  let harness: PostgresHarness
  let database: PostgresDatabase

  beforeEach(async () => {
    harness = postgresDatabase(server)
    database = harness.database
    await database.open()
    await server.admin(`DROP SCHEMA IF EXISTS "${harness.schema}" CASCADE`)
  })

  afterEach(() => harness.dispose())

  test('a missing table is named, with what creates it, by every operation', async () => {
    const transaction = async (work: (one: Transaction) => Promise<unknown>) => {
      const one = await database.begin()
      await work(one).finally(() => one.rollback())
    }
    const operations: readonly (readonly [table: string, () => Promise<unknown>])[] = [
      ['conformance_people', () => selectedIds(database, people)],
      ['conformance_people', () => database.load(people, ['p1'])],
      ['conformance_people', () => database.count(people.table, EVERYTHING)],
      ['conformance_people', () => database.commit(inserting(people.table, person('p1')))],
      ['conformance_orders', () => database.commit(changes({ updates: [{ table: orders.table, id: 'o1', row: order('o1') }] }))],
      ['conformance_people', () => database.deleteWhere(people.table, EVERYTHING)],
      ['protean_numbers', () => database.commit(inserting(tickets.table, { number: null, title: 'a', seat: null }))],
      ['conformance_people', () => transaction((one) => one.apply(inserting(people.table, person('p1'))))],
      ['conformance_items', () => transaction((one) => one.count(items, EVERYTHING))],
      ['protean_messages', () => database.events.readAll({ limit: 1 })],
      ['protean_messages', () => database.events.append([new MessageMaker().append('order-1')])],
    ]
    for (const [table, operation] of operations) {
      await expect(operation()).rejects.toMatchObject({
        code: 'MISSING_TABLE',
        message: expect.stringMatching(new RegExp(`"${table}".*createDatabaseArtifacts\\(\\).*protean db create`)),
      })
    }
  })

  test('a column that an older table does not have is named', async () => {
    const [first, ...rest] = people.table.columns
    const older = { ...people.table, columns: [first!, ...rest.slice(0, -1)] }
    await database.createArtifacts([{ table: older, children: [] }])
    const missing = { code: 'MISSING_COLUMN', message: expect.stringContaining('visits') }
    await expect(selectedIds(database, people)).rejects.toMatchObject(missing)
    await expect(database.commit(inserting(people.table, person('p1')))).rejects.toMatchObject(missing)
  })

  test('the driver’s own error is the cause', async () => {
    await database.createArtifacts(conformanceClusters)
    await database.commit(inserting(people.table, person('p1')))
    await expect(database.commit(inserting(people.table, person('p1')))).rejects.toMatchObject({
      code: 'UNIQUE_VIOLATION',
      cause: expect.objectContaining({ code: '23505' }),
    })
  })

  test('what the domain does not know of is passed on with the words of the server', async () => {
    await database.createArtifacts(conformanceClusters)
    await server.admin(`ALTER TABLE "${harness.schema}".conformance_people ADD CONSTRAINT few_visits CHECK (visits < 10)`)
    await expect(database.commit(inserting(people.table, person('p1', { visits: 10 })))).rejects.toMatchObject({
      code: 'DATABASE_FAILED',
      message: expect.stringMatching(/^Database "test" \(postgresql\) failed: .*few_visits/),
    })
  })

  test('a table that required more than the domain does says which field', async () => {
    await database.createArtifacts(conformanceClusters)
    await server.admin(`ALTER TABLE "${harness.schema}".conformance_people ALTER COLUMN nick_name SET NOT NULL`)
    await expect(database.commit(inserting(people.table, person('p1')))).rejects.toMatchObject({
      code: 'REQUIRED_COLUMN',
      message: expect.stringContaining('Person.nick '),
    })
  })
})
