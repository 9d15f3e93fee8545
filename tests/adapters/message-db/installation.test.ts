import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createEventStore } from '../../../src/adapters/message-db/create-event-store.ts'
import { MessageDbEventStore } from '../../../src/adapters/message-db/event-store.ts'
import { newestOf } from '../../../src/adapters/message-db/statements.ts'
import { loadDriver } from '../../../src/adapters/postgres/driver.ts'
import { PoolClient } from '../../../src/adapters/postgres/pool-client.ts'
import { poolOptions } from '../../../src/adapters/postgres/settings.ts'
import { MessageMaker, uuid } from '../../../src/testing/conformance/messages.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'
import { describeMessageDb } from '../../support/message-db.ts'
import { CountingClient } from '../support/counting-client.ts'
import type { MessageDbHarness } from '../support/message-db-harness.ts'
import { messageDbEventStore } from '../support/message-db-harness.ts'

const create = (settings: Readonly<Record<string, unknown>>) => createEventStore({ name: 'default', settings, timers: systemTimers })

test('a schema is refused: Message DB has its own', () => {
  expect(() => create({ schema: 'shop' })).toThrow(
    /eventStore\.schema: is "shop", but Message DB lives in the schema "message_store" alone/,
  )
})

test('a URI that cannot be read is named by its key, and not shown', () => {
  expect(() => create({ databaseUri: 'postgresql://a:se/cret@b' })).toThrow(/eventStore\.databaseUri/)
  expect(() => create({ databaseUri: 'postgresql://a:se/cret@b' })).not.toThrow(/cret/)
})

describeMessageDb('Message DB as it is installed', (server) => {
  let harness: MessageDbHarness
  const make = new MessageMaker()

  beforeEach(async () => {
    harness = await messageDbEventStore(server)
    await harness.events.open()
  })

  afterEach(() => harness.dispose())

  const query = async (text: string, uri = harness.uri) => {
    const client = new Client({ connectionString: uri, options: '-c search_path=message_store' })
    await client.connect()
    try {
      return (await client.query(text)).rows as Record<string, unknown>[]
    } finally {
      await client.end()
    }
  }

  test('where it is missing, the error says what to install', async () => {
    const events = create({ databaseUri: server.uri })
    await events.open()
    try {
      for (const attempt of [
        () => events.createArtifacts(),
        () => events.readAll({ limit: 1 }),
        () => events.append([make.append('order-1')]),
      ])
        await expect(attempt()).rejects.toMatchObject({
          code: 'MESSAGE_STORE_MISSING',
          message: expect.stringContaining('@eventide/message-db'),
        })
    } finally {
      await events.close()
    }
  })

  describe('whoever may only read and write there', () => {
    const restricted = () => create({ databaseUri: harness.uri.replace('postgres@', 'message_store@') })

    test('does all but make indexes and remove messages, and is told so', async () => {
      const events = restricted()
      await events.open()
      try {
        await events.append([make.append('order-1', 2, { correlationId: uuid(900_001) })])
        expect((await events.readAll({ limit: 9 })).messages).toHaveLength(2)
        expect(await events.correlated(uuid(900_001))).toHaveLength(2)
        expect(await events.streamIds('order')).toEqual(['1'])
        for (const refused of [() => events.createArtifacts(), () => events.resetData()])
          await expect(refused()).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
      } finally {
        await events.close()
      }
    })

    test('need not make indexes that are there', async () => {
      await harness.events.createArtifacts()
      const events = restricted()
      await events.open()
      await events.createArtifacts()
      await events.close()
    })
  })

  test('with the indexes, nothing that is read by name looks at other messages', async () => {
    await harness.events.createArtifacts()
    const plan = async (where: string) =>
      (await query(`EXPLAIN SELECT * FROM messages AS m WHERE ${where}`)).map((row) => row['QUERY PLAN']).join('\n')
    await query(`INSERT INTO messages (stream_name, type, position, data, metadata)
      SELECT 'order-' || at, 'T' || at % 500, 0, '{}', jsonb_build_object('domain', jsonb_build_object('correlation_id', at)) FROM generate_series(1, 5000) AS at`)
    await query('ANALYZE messages')
    expect(await plan(`m.metadata -> 'domain' ->> 'correlation_id' = '7'`)).toContain('protean_messages_correlation')
    expect(await plan(`m.type = 'T7' AND m.global_position > 5 ORDER BY m.global_position LIMIT 5`)).toContain('protean_messages_type')
    expect(await plan(`message_store.category(m.stream_name) = 'none' AND m.position = 0`)).toContain('protean_messages_streams')
  })

  test('W13b: the end of a category is looked up from behind, however long it is', async () => {
    await query(`INSERT INTO messages (stream_name, type, position) SELECT 'order-' || at % 9, 'T', at FROM generate_series(1, 5000) AS at`)
    await query('ANALYZE messages')
    const { text } = newestOf('order')
    const [plan] = await query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text.replace('$1', "'order'")}`)
    const scan = { 'Index Name': 'messages_category', 'Scan Direction': 'Backward', 'Actual Rows': 1 }
    expect(plan).toMatchObject({ 'QUERY PLAN': [{ Plan: { Plans: [scan] } }] })
    expect(await harness.events.head('order')).toBe(await harness.events.head())
  })

  test('an append is one round trip, and so is every page', async () => {
    const pool = poolOptions('test', { databaseUri: harness.uri, schema: 'message_store' })
    const client = new CountingClient(new PoolClient({ pool, load: () => loadDriver('test') }))
    const events = new MessageDbEventStore({ name: 'test', client, timers: systemTimers })
    await events.open()
    try {
      expect(await client.roundTrips(() => events.append([make.append('order-1', 30), make.append('payment-1', 30)]))).toBe(1)
      expect(await client.roundTrips(() => events.readAll({ limit: 10 }))).toBe(1)
      expect(await client.roundTrips(() => events.readCategory('order', { limit: 10 }))).toBe(1)
      expect(await client.roundTrips(() => events.readStream('order-1', { limit: 10 }))).toBe(1)
    } finally {
      await events.close()
    }
  })
})
