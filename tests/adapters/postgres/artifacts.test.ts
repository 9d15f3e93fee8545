import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PostgresDatabase } from '../../../src/adapters/postgres/database.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { changes, inserting, selectedIds } from '../../../src/testing/conformance/rows.ts'
import {
  conformanceClusters,
  items,
  order,
  orders,
  people,
  person,
  sample,
  samples,
  tickets,
} from '../../../src/testing/conformance/schemas.ts'
import { describePostgres } from '../../support/postgres.ts'
import type { PostgresHarness } from '../support/postgres-harness.ts'
import { postgresDatabase } from '../support/postgres-harness.ts'

describePostgres('tables on PostgreSQL', (server) => {
  let harness: PostgresHarness
  let database: PostgresDatabase

  beforeEach(async () => {
    harness = postgresDatabase(server)
    database = harness.database
    await database.open()
    await server.admin(`DROP SCHEMA IF EXISTS "${harness.schema}" CASCADE`)
  })

  afterEach(() => harness.dispose())

  const inSchema = (text: string) => server.admin(text, [harness.schema])

  describe('the schema', () => {
    test('W16: has types that PostgreSQL knows, says what is required, and compares text by code point', async () => {
      await database.createArtifacts(conformanceClusters)
      const columns = await inSchema(`SELECT column_name, data_type, is_nullable, collation_name FROM information_schema.columns
        WHERE table_schema = $1 AND table_name = 'conformance_samples' ORDER BY ordinal_position`)
      expect(Object.fromEntries(columns.map(({ column_name, data_type }) => [column_name, data_type]))).toEqual({
        id: 'text',
        words: 'text',
        whole: 'bigint',
        real: 'double precision',
        amount: 'numeric',
        flag: 'boolean',
        day: 'date',
        moment: 'timestamp with time zone',
        data: 'jsonb',
      })
      expect(columns.filter(({ is_nullable }) => is_nullable === 'NO').map(({ column_name }) => column_name)).toEqual(['id'])
      expect(columns.filter(({ collation_name }) => collation_name === 'C').map(({ column_name }) => column_name)).toEqual(['id', 'words'])
    })

    test('W16: hangs children on their parents, with a foreign key and an index', async () => {
      await database.createArtifacts(conformanceClusters)
      const constraints = await inSchema(`SELECT conname, confdeltype, confrelid::regclass::text AS target FROM pg_constraint
        WHERE connamespace = $1::regnamespace AND contype = 'f' ORDER BY conname`)
      expect(constraints.length).toBe(3)
      expect(constraints.every(({ confdeltype }) => confdeltype === 'c')).toBe(true)
      const [index] = await inSchema(
        `SELECT indexdef FROM pg_indexes WHERE schemaname = $1 AND indexname = 'ix_conformance_items_order_id'`,
      )
      expect(index?.indexdef).toMatch(/\(order_id, place\)$/)
    })

    test('W16: has a unique constraint once, and none beside the primary key', async () => {
      await database.createArtifacts(conformanceClusters)
      const indexes = await inSchema(
        `SELECT indexname FROM pg_indexes WHERE schemaname = $1 AND tablename = 'conformance_people' ORDER BY 1`,
      )
      expect(indexes.map(({ indexname }) => indexname)).toEqual([
        'conformance_people_pkey',
        'uq_conformance_people_email',
        'uq_conformance_people_nick',
      ])
    })

    test('W16: requires a version of every root', async () => {
      await database.createArtifacts(conformanceClusters)
      const [version] = await inSchema(`SELECT is_nullable, data_type FROM information_schema.columns
        WHERE table_schema = $1 AND table_name = 'conformance_orders' AND column_name = '${orders.table.versionColumn}'`)
      expect(version).toEqual({ is_nullable: 'NO', data_type: 'bigint' })
    })

    test('keeps the conditions of indexes, with their columns, directions and what they include', async () => {
      await database.createArtifacts(conformanceClusters)
      const indexes = await inSchema(
        `SELECT indexdef FROM pg_indexes WHERE schemaname = $1 AND tablename = 'conformance_loans' ORDER BY indexname`,
      )
      expect(indexes.map(({ indexdef }) => String(indexdef).replace(/^CREATE (UNIQUE )?INDEX \S+ ON \S+ USING btree /, '$1'))).toEqual([
        'UNIQUE (id)',
        '(due DESC) INCLUDE (book) WHERE (state IS NULL)',
        `UNIQUE (book DESC) INCLUDE (due) WHERE (state = ANY (ARRAY['out'::text, 'late, isn''t it'::text]))`,
        expect.stringMatching(/^UNIQUE \(due, fee\) WHERE \(\(\(lost = true\) IS NOT TRUE\) AND \(fee >= 9.50\) AND/),
      ])
    })

    test('gets the indexes that were declared since, with their columns, directions and what they include', async () => {
      await database.createArtifacts([orders])
      const columns = [
        { name: 'total', descending: true },
        { name: 'status', descending: false },
      ]
      const indexes = [{ name: 'ix_later', columns, include: ['version'] }]
      await database.createArtifacts([{ ...orders, table: { ...orders.table, indexes } }])
      const [index] = await inSchema(`SELECT indexdef FROM pg_indexes WHERE schemaname = $1 AND indexname = 'ix_later'`)
      expect(index?.indexdef).toMatch(/\(total DESC, status\) INCLUDE \(version\)$/)
    })

    test('holds names that are too long for the server, and knows them again', async () => {
      const long = `${'very_'.repeat(20)}long`
      const field = 'the.long.one'
      const table = {
        ...people.table,
        name: `${long}_table`,
        columns: [...people.table.columns, { name: `${long}_column`, type: 'text' as const, required: false, field }],
        uniques: [{ name: `${long}_unique`, columns: [`${long}_column`], fields: [field] }],
      }
      await database.createArtifacts([{ table, children: [] }])
      await database.commit(inserting(table, person('p1', { [`${long}_column`]: 'taken' })))
      expect((await database.load({ table, children: [] }, ['p1']))[0]?.row[`${long}_column`]).toBe('taken')
      const again = database.commit(inserting(table, person('p2', { [`${long}_column`]: 'taken' })))
      await expect(again).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION', fields: [field] })
      await database.resetData()
      expect(await database.count(table, EVERYTHING)).toBe(0)
    })

    test('is created by many at once', async () => {
      const others = Array.from({ length: 4 }, () => postgresDatabase(server, { schema: harness.schema }).database)
      await Promise.all(others.map((one) => one.open()))
      await Promise.all([database, ...others].map((one) => one.createArtifacts(conformanceClusters)))
      await Promise.all(others.map((one) => one.close()))
      await database.commit(inserting(people.table, person('p1')))
    })
  })

  describe('a reset', () => {
    async function fill(database: PostgresDatabase, rows: number): Promise<void> {
      const words = 'x'.repeat(1000)
      await database.commit(
        changes({
          inserts: [
            { table: samples.table, rows: Array.from({ length: rows }, (_, number) => sample(`s${number}`, { words })) },
            { table: orders.table, rows: [order('o1')] },
            { table: items, rows: [{ id: 'i1', order_id: 'o1', place: 0, sku: 'pen', quantity: 1 }] },
            { table: tickets.table, rows: [{ number: null, title: 'first', seat: null }] },
          ],
          appends: [new MessageMaker().append('order-o1')],
        }),
      )
    }

    for (const [what, rows] of [
      ['of a little', 10],
      ['of much', 12_000],
    ] as const) {
      test(`${what} empties every table that was created from here, whatever process did, and nobody else's`, async () => {
        await database.createArtifacts(conformanceClusters)
        await server.admin(`CREATE TABLE "${harness.schema}".foreign_table AS SELECT 1 AS one`)
        await fill(database, rows)
        const other = postgresDatabase(server, { schema: harness.schema })
        await other.database.open()
        await other.database.resetData()
        for (const { table } of [samples, orders, tickets]) expect(await database.count(table, EVERYTHING)).toBe(0)
        expect(await database.count(items, EVERYTHING)).toBe(0)
        expect((await database.events.readStream('order-o1', { limit: 1 })).length).toBe(0)
        expect(await server.admin(`SELECT one FROM "${harness.schema}".foreign_table`)).toEqual([{ one: 1 }])
        await other.database.commit(inserting(tickets.table, { number: null, title: 'again', seat: null }))
        expect(await selectedIds(other.database, tickets)).toEqual([1])
        await other.database.close()
      })
    }

    test('of nothing at all is no error, nor is dropping it', async () => {
      await database.resetData()
      await database.dropArtifacts(conformanceClusters)
    })
  })

  test('dropping the last of them leaves nothing, so that numbers begin at 1 again', async () => {
    await database.createArtifacts(conformanceClusters)
    await database.commit(inserting(tickets.table, { number: null, title: 'first', seat: null }))
    await database.dropArtifacts(conformanceClusters)
    expect(await inSchema('SELECT tablename FROM pg_tables WHERE schemaname = $1')).toEqual([])
    await database.createArtifacts(conformanceClusters)
    await database.commit(inserting(tickets.table, { number: null, title: 'again', seat: null }))
    expect(await selectedIds(database, tickets)).toEqual([1])
  })

  test('a statement prepared before a column changed its type is prepared again', async () => {
    await database.createArtifacts(conformanceClusters)
    await database.commit(inserting(people.table, person('p1', { visits: 7 })))
    expect((await database.load(people, ['p1']))[0]?.row.visits).toBe(7)
    await server.admin(`ALTER TABLE "${harness.schema}".conformance_people ALTER COLUMN visits TYPE int`)
    expect((await database.load(people, ['p1']))[0]?.row.visits).toBe(7)
  })
})
