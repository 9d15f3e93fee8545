import assert from 'node:assert/strict'
import type { EventStore, StreamRead } from '../../ports/event-store.ts'
import type { EventStoreSuite } from './event-store-suite.ts'
import { MessageMaker } from './messages.ts'

export function streamConformance({ describe, test }: EventStoreSuite): void {
  describe('a stream is read by position', () => {
    const filled = async (events: EventStore) => {
      const make = new MessageMaker()
      await events.append([make.append('order-1', 5), make.append('order-10', 1)])
      return async (read: StreamRead) => (await events.readStream('order-1', read)).map((message) => message.stored?.position)
    }

    test('from and to are inclusive, limit counts from there', async (events) => {
      const read = await filled(events)
      assert.deepEqual(await read({ limit: 100 }), [0, 1, 2, 3, 4])
      assert.deepEqual(await read({ from: 2, limit: 100 }), [2, 3, 4])
      assert.deepEqual(await read({ to: 2, limit: 100 }), [0, 1, 2])
      assert.deepEqual(await read({ from: 1, to: 3, limit: 100 }), [1, 2, 3])
      assert.deepEqual(await read({ from: 1, to: 3, limit: 2 }), [1, 2])
      assert.deepEqual(await read({ from: 3, to: 3, limit: 5 }), [3])
    })

    test('nothing comes of no limit, of positions beyond the end and of an empty range', async (events) => {
      const read = await filled(events)
      assert.deepEqual(await read({ limit: 0 }), [])
      assert.deepEqual(await read({ from: 5, limit: 10 }), [])
      assert.deepEqual(await read({ from: 3, to: 2, limit: 10 }), [])
    })

    test('a stream that is not there is empty', async (events) => {
      await filled(events)
      assert.deepEqual(await events.readStream('order-2', { limit: 10 }), [])
      assert.deepEqual(await events.readStream('order', { limit: 10 }), [])
      assert.equal(await events.lastMessage('order-2'), undefined)
    })

    test('the last message is the one with the highest position', async (events) => {
      await filled(events)
      const last = await events.lastMessage('order-1')
      assert.equal(last?.stored?.position, 4)
      assert.equal(last?.stream, 'order-1')
    })

    test('a long stream is read whole', async (events) => {
      await events.append([new MessageMaker().append('order-1', 1200)])
      assert.equal((await events.readStream('order-1', { limit: 5000 })).length, 1200)
      assert.equal((await events.lastMessage('order-1'))?.stored?.position, 1199)
    })
  })
}
