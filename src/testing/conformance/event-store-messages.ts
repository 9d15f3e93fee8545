import assert from 'node:assert/strict'
import { Message } from '../../messaging/message.ts'
import type { Metadata } from '../../messaging/metadata.ts'
import type { EventStore } from '../../ports/event-store.ts'
import type { JsonObject } from '../../util/json.ts'
import { tamper } from './assertions.ts'
import type { EventStoreSuite } from './event-store-suite.ts'
import { readToEnd } from './log-follower.ts'
import { appending, MessageMaker, uuid } from './messages.ts'

const everyField: Metadata = {
  headers: {
    id: uuid(1),
    time: new Date('2026-03-04T05:06:07.089Z'),
    type: 'Shop.PlaceOrder.v3',
    stream: 'order:command-ä-1',
    traceparent: { traceId: '0af7651916cd43dd8448eb211c80319c', parentId: 'b7ad6b7169203331', sampled: true },
    idempotencyKey: 'key "with" \\ signs',
    deadline: new Date('2026-03-04T05:07:00.001Z'),
  },
  envelope: { specversion: '1.0', checksum: 'ab'.repeat(32) },
  domain: {
    kind: 'COMMAND',
    fqn: 'shop.PlaceOrder',
    streamCategory: 'order:command',
    version: 3,
    originStream: 'cart-7',
    sequenceId: '4.2',
    asynchronous: false,
    expectedVersion: -1,
    priority: -50,
    correlationId: uuid(2),
    causationId: uuid(3),
  },
  extensions: { tenant: 'Ünï ✓ 😀', _framework: { nested: [1, null, { deep: false }] }, zero: 0, empty: '' },
}

const everyValue: JsonObject = {
  text: 'quotes " \' and \\ and\nlines\tand 😀',
  empty: '',
  zero: 0,
  small: 0.1,
  big: 9_007_199_254_740_991,
  negative: -1.5e-9,
  yes: true,
  no: false,
  nothing: null,
  list: [1, 'two', [3], { four: 4 }, null],
  object: { 'key with space': {}, ключ: [] },
}

/** The message by every way that there is to read it. */
async function everyReading(events: EventStore, { id, stream, category, correlationId = '' }: Message): Promise<(Message | undefined)[]> {
  return [
    (await events.readStream(stream, { limit: 1 }))[0],
    (await readToEnd(events, 1, { category }))[0],
    (await readToEnd(events, 1))[0],
    await events.lastMessage(stream),
    await events.find(id),
    (await events.correlated(correlationId))[0],
  ]
}

export function messageConformance({ describe, test }: EventStoreSuite): void {
  describe('a message comes back as it was appended', () => {
    test('with all its metadata and data, however it is read', async (events) => {
      const message = new Message(everyValue, everyField)
      await events.append([{ stream: message.stream, category: 'order:command', messages: [message] }])
      for (const read of await everyReading(events, message)) {
        assert.ok(read instanceof Message)
        assert.deepEqual({ ...read.metadata }, { ...everyField })
        assert.deepEqual(read.data, everyValue)
        assert.equal(read.stored?.position, 0)
        assert.equal(typeof read.stored?.cursor, 'string')
      }
    })

    test('with nothing made up that was not there', async (events) => {
      const message = new MessageMaker().message('order-1', { data: {} })
      await events.append([appending('order-1', [message])])
      const read = await events.find(message.id)
      assert.deepEqual(read?.metadata, message.metadata)
      assert.deepEqual(read?.data, {})
    })

    test('members that are undefined are left out', async (events) => {
      const { metadata } = new MessageMaker().message('order-1')
      const headers = { ...metadata.headers, deadline: undefined, idempotencyKey: undefined }
      const domain = { ...metadata.domain, correlationId: undefined }
      const extensions = { kept: 1, dropped: undefined }
      const message = new Message({ kept: 1, dropped: undefined }, { ...metadata, headers, domain, extensions })
      await events.append([appending('order-1', [message])])
      const read = await events.find(message.id)
      assert.deepEqual(read?.data, { kept: 1 })
      assert.deepEqual(read.metadata, { ...metadata, extensions: { kept: 1 } })
    })
  })

  describe('G10: changing a message outside changes nothing stored', () => {
    test('neither the one that was appended nor one that was read', async (events) => {
      const data = { nested: { list: [1] } }
      const message = new MessageMaker().message('order-1', { data })
      await events.append([appending('order-1', [message])])
      data.nested.list.push(2)
      message.time.setFullYear(1999)
      const read = await events.find(message.id)
      assert.ok(read)
      tamper(() => (read.data as typeof data).nested.list.push(3))
      tamper(() => read.time.setFullYear(1998))
      tamper(() => Object.assign(read.metadata.domain, { priority: 9 }))
      const again = await events.find(message.id)
      assert.deepEqual(again?.data, { nested: { list: [1] } })
      assert.equal(again?.time.getUTCFullYear(), 2026)
      assert.equal(again?.metadata.domain.priority, 0)
    })
  })
}
