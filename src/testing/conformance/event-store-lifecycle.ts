import assert from 'node:assert/strict'
import type { EventStore } from '../../ports/event-store.ts'
import { allClosed, times } from './assertions.ts'
import type { EventStoreConformanceOptions, EventStoreSuite } from './event-store-suite.ts'
import { MessageMaker, uuid } from './messages.ts'

function operations(events: EventStore): Record<string, () => Promise<unknown>> {
  return {
    append: () => events.append([new MessageMaker().append('order-1')]),
    readStream: () => events.readStream('order-1', { limit: 1 }),
    readCategory: () => events.readCategory('order', { limit: 1 }),
    readAll: () => events.readAll({ limit: 1 }),
    lastMessage: () => events.lastMessage('order-1'),
    head: () => events.head(),
    settle: () => events.settle(),
    find: () => events.find(uuid(1)),
    correlated: () => events.correlated(uuid(1)),
    streamIds: () => events.streamIds('order'),
    createArtifacts: () => events.createArtifacts(),
    dropArtifacts: () => events.dropArtifacts(),
    resetData: () => events.resetData(),
  }
}

export function eventStoreLifecycleConformance({ describe, test }: EventStoreSuite, { create }: EventStoreConformanceOptions): void {
  describe('an event store works while it is open, and only then', () => {
    test('every operation is refused after close', async (events) => {
      assert.equal(await events.isAlive(), true)
      await events.close()
      assert.equal(await events.isAlive(), false)
      await allClosed(operations(events))
    })

    test('opening and closing may be repeated, and in turns', async (events) => {
      await events.open()
      await events.close()
      await events.close()
      await events.open()
      await events.createArtifacts()
      await events.append([new MessageMaker().append('payment-1')])
      assert.equal((await events.lastMessage('payment-1'))?.stored?.position, 0)
    })

    test('it says what it is', async (events) => {
      assert.ok(events.name.length > 0)
      assert.ok(events.provider.length > 0)
    })
  })

  describe('artifacts and data can be made and removed again', () => {
    test('creating artifacts twice keeps what is there', async (events) => {
      await events.append([new MessageMaker().append('order-1')])
      await events.createArtifacts()
      assert.ok(await events.lastMessage('order-1'))
    })

    test('dropping them takes everything along', async (events) => {
      const make = new MessageMaker()
      await events.append([make.append('order-1')])
      await events.dropArtifacts()
      await events.dropArtifacts()
      await events.createArtifacts()
      assert.equal(await events.lastMessage('order-1'), undefined)
      assert.equal((await events.append([make.append('order-1')])).positions.get('order-1'), 0)
    })

    test('a reset removes all messages, by every way to them', async (events) => {
      const make = new MessageMaker()
      const append = make.append('order-1', 2, { correlationId: uuid(900_001) })
      await events.append([append])
      await events.resetData()
      assert.deepEqual(await events.readStream('order-1', { limit: 10 }), [])
      assert.deepEqual((await events.readAll({ limit: 10 })).messages, [])
      assert.deepEqual((await events.readCategory('order', { limit: 10 })).messages, [])
      assert.equal(await events.head(), undefined)
      assert.deepEqual(await events.correlated(uuid(900_001)), [])
      assert.deepEqual(await events.streamIds('order'), [])
      // The same ids again: nothing of the old messages is left that they could clash with.
      assert.equal((await events.append([append])).positions.get('order-1'), 1)
    })
  })

  describe('event stores share nothing', () => {
    test('what is appended to one is not in another', async (events) => {
      const other = await create()
      try {
        await other.events.open()
        await other.events.createArtifacts()
        await events.append([new MessageMaker().append('order-1')])
        assert.equal(await other.events.lastMessage('order-1'), undefined)
        assert.equal(await other.events.head(), undefined)
      } finally {
        await other.dispose()
      }
    })

    test('many callers at once all get through', async (events) => {
      const make = new MessageMaker()
      await Promise.all(times(40, (number) => events.append([make.append(`order-${number}`, 2)])))
      assert.equal((await events.streamIds('order')).length, 40)
      const last = await Promise.all(times(40, (number) => events.lastMessage(`order-${number}`)))
      assert.ok(last.every((message) => message?.stored?.position === 1))
    })
  })
}
