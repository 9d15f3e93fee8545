import { Client } from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Message } from '../../../src/messaging/message.ts'
import { appending, MessageMaker, uuid } from '../../../src/testing/conformance/messages.ts'
import { describeMessageDb } from '../../support/message-db.ts'
import type { MessageDbHarness } from '../support/message-db-harness.ts'
import { messageDbEventStore } from '../support/message-db-harness.ts'

describeMessageDb('A Message DB that other programs use too', (server) => {
  let harness: MessageDbHarness
  let other: Client

  beforeEach(async () => {
    harness = await messageDbEventStore(server)
    await harness.events.open()
    other = new Client({ connectionString: harness.uri, options: '-c search_path=message_store' })
    await other.connect()
  })

  afterEach(async () => {
    await other.end()
    await harness.dispose()
  })

  const write = (...values: readonly unknown[]) =>
    other.query('SELECT write_message($1::varchar, $2::varchar, $3::varchar, $4::jsonb, $5::jsonb)', [...values])
  const only = async (): Promise<Message | undefined> => (await harness.events.readAll({ limit: 10 })).messages[0]

  test('their messages are read as foreign ones, by every way', async () => {
    const metadata = { correlationStreamName: 'cart-7', causationMessagePosition: 3 }
    await write(uuid(7), 'account-12', 'Withdrawn', { amount: 5 }, metadata)
    const message = await only()
    expect(message).toMatchObject({
      id: uuid(7),
      type: 'Withdrawn',
      stream: 'account-12',
      category: 'account',
      kind: 'EVENT',
      correlationId: undefined,
      data: { amount: 5 },
      stored: { position: 0 },
      metadata: { domain: { fqn: 'Withdrawn', version: 1 }, extensions: metadata },
    })
    const { rows } = await other.query(`SELECT to_char(time, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS time FROM messages`)
    expect(message?.time.toISOString()).toBe(rows[0].time)
    expect(await harness.events.find(uuid(7))).toEqual(message)
    expect(await harness.events.lastMessage('account-12')).toEqual(message)
    expect((await harness.events.readStream('account-12', { limit: 9 }))[0]).toEqual(message)
    expect((await harness.events.readCategory('account', { limit: 9, types: ['Withdrawn'] })).messages[0]).toEqual(message)
    expect(await harness.events.streamIds('account')).toEqual(['12'])
  })

  test('also those without data or metadata, and those whose data is no object', async () => {
    await write(uuid(1), 'account-1', 'Opened', null, null)
    expect(await only()).toMatchObject({ data: {}, metadata: { extensions: {} } })
    await write(uuid(2), 'account-1', 'Listed', '[1,2]', '"text"')
    expect(await harness.events.find(uuid(2))).toMatchObject({ data: { value: [1, 2] }, metadata: { extensions: {} } })
  })

  test('what stands in a stream of commands is a command, and a type string of ours says its version', async () => {
    await write(uuid(1), 'account:command-1', 'Bank.Withdraw.v3', {}, null)
    expect(await only()).toMatchObject({ kind: 'COMMAND', metadata: { domain: { version: 3, streamCategory: 'account:command' } } })
  })

  test('ours are what their functions give', async () => {
    const make = new MessageMaker()
    await harness.events.append([make.append('order-1', 2)])
    const { rows } = await other.query(`SELECT * FROM get_stream_messages('order-1')`)
    expect(rows.map(({ id, type, position }) => [id, type, position])).toEqual([
      [uuid(1), 'Shop.OrderPlaced.v1', '0'],
      [uuid(2), 'Shop.OrderPlaced.v1', '1'],
    ])
    expect(JSON.parse(rows[0].metadata)).toMatchObject({ headers: { id: uuid(1) }, domain: { kind: 'EVENT' } })
    await write(uuid(99), 'order-1', 'Seen', {}, null)
    expect((await harness.events.append([make.append('order-1', 1, { expectedVersion: 2 })])).positions.get('order-1')).toBe(3)
  })

  test('readers that divide a category are given what a consumer group gives', async () => {
    const make = new MessageMaker()
    const streams = Array.from({ length: 20 }, (_, at) => `order-${at % 4 === 0 ? `7+${at}` : at}`)
    await harness.events.append(streams.map((stream) => make.append(stream)))
    for (const index of [0, 1, 2]) {
      const { rows } = await other.query(`SELECT * FROM get_category_messages('order', 1, 1000, NULL, $1, 3)`, [index])
      const { messages } = await harness.events.readCategory('order', { limit: 1000, partition: { index, count: 3 } })
      expect(messages.map(({ stream }) => stream)).toEqual(rows.map(({ stream_name }) => stream_name))
      expect(messages.length).toBeGreaterThan(0)
    }
  })

  test('a message whose id is no UUID is stored once, and found by it', async () => {
    const { metadata, data } = new MessageMaker().message('order-1')
    const message = { ...metadata, headers: { ...metadata.headers, id: 'shop::order-1-0.1' } }
    const append = appending('order-1', [new Message(data, message)])
    await harness.events.append([append])
    await expect(harness.events.append([append])).rejects.toMatchObject({ code: 'DUPLICATE_MESSAGE' })
    expect((await harness.events.find('shop::order-1-0.1'))?.id).toBe('shop::order-1-0.1')
  })
})
