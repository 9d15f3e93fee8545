import assert from 'node:assert/strict'
import { ExpectedVersionError } from '../../errors.ts'
import type { EventStore } from '../../ports/event-store.ts'
import { refused } from './assertions.ts'
import type { EventStoreSuite } from './event-store-suite.ts'
import { appending, MessageMaker } from './messages.ts'

async function positions(events: EventStore, stream: string): Promise<(number | undefined)[]> {
  return (await events.readStream(stream, { limit: 1000 })).map((message) => message.stored?.position)
}

export function appendConformance({ describe, test }: EventStoreSuite): void {
  describe('G3: positions in a stream are gapless from 0', () => {
    test('one by one and several at once', async (events) => {
      const make = new MessageMaker()
      const first = await events.append([make.append('order-1', 1)])
      const second = await events.append([make.append('order-1', 3)])
      assert.deepEqual([...first.positions], [['order-1', 0]])
      assert.deepEqual([...second.positions], [['order-1', 3]])
      assert.deepEqual(await positions(events, 'order-1'), [0, 1, 2, 3])
    })

    test('each stream counts for itself', async (events) => {
      const make = new MessageMaker()
      const receipt = await events.append([make.append('order-1', 2), make.append('order-2', 1), make.append('payment-1', 3)])
      assert.deepEqual(Object.fromEntries(receipt.positions), { 'order-1': 1, 'order-2': 0, 'payment-1': 2 })
      assert.deepEqual(await positions(events, 'order-1'), [0, 1])
      assert.deepEqual(await positions(events, 'order-2'), [0])
    })

    test('a refused append uses no positions up', async (events) => {
      const make = new MessageMaker()
      await events.append([make.append('order-1', 2)])
      await refused(events.append([make.append('order-1', 5, { expectedVersion: 0 })]), 'EXPECTED_VERSION')
      await events.append([make.append('order-1', 1)])
      assert.deepEqual(await positions(events, 'order-1'), [0, 1, 2])
    })

    test('many messages in one append keep their order', async (events) => {
      const append = new MessageMaker().append('order-1', 300)
      await events.append([append])
      const stored = await events.readStream('order-1', { limit: 1000 })
      assert.deepEqual(
        stored.map((message) => message.id),
        append.messages.map((message) => message.id),
      )
    })
  })

  describe('G2: an append that expects another version is refused', () => {
    test('-1 stands for a stream without messages', async (events) => {
      const make = new MessageMaker()
      await events.append([make.append('order-1', 1, { expectedVersion: -1 })])
      const error = await refused(events.append([make.append('order-1', 1, { expectedVersion: -1 })]), 'EXPECTED_VERSION')
      assert.ok(error instanceof ExpectedVersionError)
      assert.equal(error.expected, -1)
      assert.equal(error.target, 'order-1')
      assert.deepEqual(await positions(events, 'order-1'), [0])
    })

    test('the position of the last message is what it has to be, neither less nor more', async (events) => {
      const make = new MessageMaker()
      await events.append([make.append('order-1', 3)])
      await refused(events.append([make.append('order-1', 1, { expectedVersion: 1 })]), 'EXPECTED_VERSION')
      await refused(events.append([make.append('order-1', 1, { expectedVersion: 3 })]), 'EXPECTED_VERSION')
      await refused(events.append([make.append('order-9', 1, { expectedVersion: 0 })]), 'EXPECTED_VERSION')
      await events.append([make.append('order-1', 1, { expectedVersion: 2 })])
      assert.deepEqual(await positions(events, 'order-1'), [0, 1, 2, 3])
    })

    test('left out, whatever is there will do', async (events) => {
      const make = new MessageMaker()
      await events.append([make.append('order-1')])
      await events.append([make.append('order-1')])
      assert.deepEqual(await positions(events, 'order-1'), [0, 1])
    })

    test('several appends to one stream follow each other', async (events) => {
      const make = new MessageMaker()
      const receipt = await events.append([
        make.append('order-1', 2, { expectedVersion: -1 }),
        make.append('payment-1', 1),
        make.append('order-1', 1, { expectedVersion: 1 }),
      ])
      assert.equal(receipt.positions.get('order-1'), 2)
      const stale = [make.append('order-2', 2, { expectedVersion: -1 }), make.append('order-2', 1, { expectedVersion: -1 })]
      await refused(events.append(stale), 'EXPECTED_VERSION')
      assert.deepEqual(await positions(events, 'order-2'), [])
    })
  })

  describe('G1: an append goes to all its streams or to none', () => {
    test('one stale stream keeps all messages out', async (events) => {
      const make = new MessageMaker()
      await events.append([make.append('order-2', 1)])
      const all = [make.append('order-1', 2), make.append('order-2', 1, { expectedVersion: -1 }), make.append('order-3', 1)]
      await refused(events.append(all), 'EXPECTED_VERSION')
      assert.deepEqual(await positions(events, 'order-1'), [])
      assert.deepEqual(await positions(events, 'order-2'), [0])
      assert.deepEqual(await positions(events, 'order-3'), [])
      assert.ok((await events.readAll({ limit: 10 })).messages.length <= 1)
    })

    test('all messages of an append are stored', async (events) => {
      const make = new MessageMaker()
      await events.append([make.append('order-1', 2), make.append('order-2', 3)])
      assert.equal((await positions(events, 'order-1')).length, 2)
      assert.equal((await positions(events, 'order-2')).length, 3)
    })

    test('nothing to append is no error', async (events) => {
      const receipt = await events.append([])
      assert.equal(receipt.positions.size, 0)
      assert.equal((await events.append([appending('order-1', [], 7)])).positions.size, 0)
      assert.equal(await events.lastMessage('order-1'), undefined)
    })
  })

  describe('a message id is stored once', () => {
    test('not again in the same stream or another', async (events) => {
      const message = new MessageMaker().message('order-1')
      await events.append([appending('order-1', [message])])
      await refused(events.append([appending('order-1', [message])]), 'DUPLICATE_MESSAGE')
      await refused(events.append([appending('order-2', [message])]), 'DUPLICATE_MESSAGE')
      assert.deepEqual(await positions(events, 'order-1'), [0])
      assert.deepEqual(await positions(events, 'order-2'), [])
    })

    test('not twice in one append', async (events) => {
      const make = new MessageMaker()
      const message = make.message('order-1')
      const twice = [appending('order-1', [make.message('order-1'), message]), appending('order-2', [message])]
      await refused(events.append(twice), 'DUPLICATE_MESSAGE')
      assert.deepEqual(await positions(events, 'order-1'), [])
    })
  })
}
