import assert from 'node:assert/strict'
import type { EventStoreSuite } from './event-store-suite.ts'
import { appending, MessageMaker, uuid } from './messages.ts'

export function lookupConformance({ describe, test }: EventStoreSuite): void {
  describe('a message is found by its id', () => {
    test('the one with that id, whatever its stream', async (events) => {
      const make = new MessageMaker()
      const [first, second] = [make.message('order-1'), make.message('payment-1')]
      await events.append([appending('order-1', [first]), appending('payment-1', [second])])
      const found = await events.find(second.id)
      assert.equal(found?.id, second.id)
      assert.equal(found?.stream, 'payment-1')
      assert.equal(found?.stored?.position, 0)
      assert.equal((await events.find(first.id))?.stream, 'order-1')
    })

    test('an unknown id finds nothing', async (events) => {
      await events.append([new MessageMaker().append('order-1')])
      assert.equal(await events.find(uuid(999_999)), undefined)
    })
  })

  describe('messages of one correlation are found together', () => {
    test('across streams and categories, oldest first', async (events) => {
      const make = new MessageMaker()
      const [one, other] = [uuid(900_001), uuid(900_002)]
      await events.append([make.append('order-1', 1, { correlationId: one })])
      await events.append([make.append('order-1', 1, { correlationId: other })])
      await events.append([make.append('payment-1', 2, { correlationId: one })])
      await events.append([make.append('shipment-1', 1)])
      await events.append([make.append('order-1', 1, { correlationId: one })])
      const found = await events.correlated(one)
      assert.deepEqual(
        found.map((message) => `${message.stream}@${message.stored?.position}`),
        ['order-1@0', 'payment-1@0', 'payment-1@1', 'order-1@2'],
      )
      assert.equal((await events.correlated(other)).length, 1)
    })

    test('an unknown correlation has none', async (events) => {
      await events.append([new MessageMaker().append('order-1')])
      assert.deepEqual(await events.correlated(uuid(999_999)), [])
    })
  })

  describe('the streams of a category are listed', () => {
    test('each once, by code point, without the category', async (events) => {
      const make = new MessageMaker()
      for (const stream of ['order-b', 'order-a', 'order-B', 'order-a', 'order-x-1', 'order-é', 'reorder-c', 'order', 'order:snapshot-d']) {
        await events.append([make.append(stream)])
      }
      assert.deepEqual(await events.streamIds('order'), ['B', 'a', 'b', 'x-1', 'é'])
      assert.deepEqual(await events.streamIds('order:snapshot'), ['d'])
      assert.deepEqual(await events.streamIds('nothing'), [])
    })
  })
}
