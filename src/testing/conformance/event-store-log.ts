import assert from 'node:assert/strict'
import type { Message } from '../../messaging/message.ts'
import type { EventStore } from '../../ports/event-store.ts'
import { allDone, times } from './assertions.ts'
import type { EventStoreSuite } from './event-store-suite.ts'
import { LogFollower, readToEnd } from './log-follower.ts'
import { MessageMaker } from './messages.ts'

const placed = 'Shop.OrderPlaced.v1'
const paid = 'Shop.OrderPaid.v1'

function places(messages: readonly Message[]): string[] {
  return messages.map((message) => `${message.stream}@${message.stored?.position}`)
}

/** Appends to streams one after the other, so that their order in the log is known. */
async function appendEach(events: EventStore, make: MessageMaker, streams: readonly string[], type = placed): Promise<void> {
  for (const stream of streams) await events.append([make.append(stream, 1, { type })])
}

export function logConformance({ describe, test }: EventStoreSuite): void {
  describe('a category is the text before the first dash, exactly', () => {
    const streams = ['order-1', 'reorder-1', 'order:snapshot-1', 'order-a-b', 'orders-1', 'Order-1', 'failed-1:order-1', 'order']

    test('no other category gets in, be it longer, shorter or embedding it', async (events) => {
      await appendEach(events, new MessageMaker(), streams)
      const read = async (category: string, count: number) => places(await readToEnd(events, count, { category }))
      assert.deepEqual(await read('order', 3), ['order-1@0', 'order-a-b@0', 'order@0'])
      assert.deepEqual(await read('reorder', 1), ['reorder-1@0'])
      assert.deepEqual(await read('order:snapshot', 1), ['order:snapshot-1@0'])
      assert.deepEqual(await read('failed', 1), ['failed-1:order-1@0'])
      assert.deepEqual(await read('ord', 0), [])
      assert.deepEqual(await read('order-a', 0), [])
      assert.deepEqual(await read('%', 0), [])
    })

    test('everything has all of them, in the order of their commits', async (events) => {
      await appendEach(events, new MessageMaker(), streams)
      assert.deepEqual(
        places(await readToEnd(events, streams.length)),
        streams.map((stream) => `${stream}@0`),
      )
    })
  })

  describe('one can wait until what is committed shows in the log', () => {
    test('while others go on writing', async (events) => {
      const make = new MessageMaker()
      let isOver = false
      const others = times(3, async (writer) => {
        while (!isOver) await events.append([make.append(`other-${writer}`, 3)])
      })
      try {
        for (const stream of ['order-1', 'order-2', 'order-3', 'order-4']) {
          await events.append([make.append(stream)])
          await events.settle()
          const { messages } = await events.readCategory('order', { limit: 100 })
          assert.equal(messages.at(-1)?.stream, stream)
        }
      } finally {
        isOver = true
        await allDone(others)
      }
    })
  })

  describe('G3: following the cursors gives every message once', () => {
    for (const pageSize of [1, 2, 3, 100]) {
      test(`in pages of ${pageSize}`, async (events) => {
        const make = new MessageMaker()
        const streams = ['order-1', 'payment-1', 'order-2', 'order-1', 'payment-1', 'order-1']
        await appendEach(events, make, streams)
        const orders = await readToEnd(events, 4, { category: 'order', pageSize })
        assert.deepEqual(places(orders), ['order-1@0', 'order-2@0', 'order-1@1', 'order-1@2'])
        assert.equal((await readToEnd(events, 6, { pageSize })).length, 6)
      })
    }

    test('and each cursor stands after those before it', async (events) => {
      const make = new MessageMaker()
      await appendEach(
        events,
        make,
        times(12, (at) => `order-${at}`),
      )
      const cursors = (await readToEnd(events, 12)).map(({ stored }) => stored?.cursor as string)
      for (const [at, cursor] of cursors.entries())
        for (const [other, earlier] of cursors.entries()) assert.equal(events.isAfter(cursor, earlier), at > other, `${at} and ${other}`)
    })

    test('a reader who begins before a cursor gets its message first', async (events) => {
      const make = new MessageMaker()
      await appendEach(events, make, ['order-1', 'payment-1', 'order-1', 'order-2'])
      const all = await readToEnd(events, 4)
      for (const [at, { stored }] of all.entries()) {
        const after = events.before(stored?.cursor as string)
        assert.deepEqual(places((await events.readAll({ after, limit: 10 })).messages), places(all.slice(at)))
      }
    })

    test('a reader at the end gets what is appended later, and only that', async (events) => {
      const make = new MessageMaker()
      await appendEach(events, make, ['order-1', 'order-2'])
      const follower = new LogFollower(events, { category: 'order' })
      await follower.until(() => 2)
      await appendEach(events, make, ['payment-1', 'order-1'])
      await follower.until(() => 3)
      assert.deepEqual(places(follower.messages), ['order-1@0', 'order-2@0', 'order-1@1'])
    })

    test('the cursor that a message carries stands after that message', async (events) => {
      const make = new MessageMaker()
      await appendEach(events, make, ['order-1', 'payment-1', 'order-2', 'order-3'])
      const messages = await readToEnd(events, 4)
      const after = messages[1]?.stored?.cursor
      assert.ok(after)
      assert.deepEqual(places(await readToEnd(events, 2, { after })), ['order-2@0', 'order-3@0'])
    })

    test('an empty page keeps the cursor', async (events) => {
      assert.deepEqual(await events.readAll({ limit: 10 }), { messages: [], cursor: undefined })
      assert.deepEqual(await events.readCategory('order', { limit: 10 }), { messages: [], cursor: undefined })
      await appendEach(events, new MessageMaker(), ['order-1'])
      const follower = new LogFollower(events, { category: 'order' })
      await follower.until(() => 1)
      const page = await events.readCategory('order', { after: follower.cursor, limit: 10 })
      assert.deepEqual(page, { messages: [], cursor: follower.cursor })
    })

    test('a limit of 0 gives no messages and keeps the cursor', async (events) => {
      await appendEach(events, new MessageMaker(), ['order-1'])
      assert.deepEqual(await events.readAll({ limit: 0 }), { messages: [], cursor: undefined })
    })
  })

  describe('a reader may ask for some types only', () => {
    test('the others are left out, in pages of any size', async (events) => {
      const make = new MessageMaker()
      for (const type of [placed, paid, placed, placed, paid, 'Shop.OrderPlaced.v2']) await appendEach(events, make, ['order-1'], type)
      for (const pageSize of [1, 2, 10]) {
        const some = await readToEnd(events, 2, { category: 'order', types: [paid], pageSize })
        assert.deepEqual(places(some), ['order-1@1', 'order-1@4'])
        assert.equal((await readToEnd(events, 5, { types: [placed, paid], pageSize })).length, 5)
      }
      assert.equal((await events.readAll({ types: [], limit: 10 })).messages.length, 0)
    })

    test('what was left out is not looked at again', async (events) => {
      const make = new MessageMaker()
      await appendEach(events, make, ['order-1', 'order-2', 'order-3'])
      // Until everything shows: only then is it sure to have been looked at.
      const all = await readToEnd(events, 3, { category: 'order' })
      const page = await events.readCategory('order', { limit: 10, types: [paid] })
      assert.deepEqual(page.messages, [])
      assert.equal(page.cursor, all.at(-1)?.stored?.cursor)
      await appendEach(events, make, ['order-1'], paid)
      const follower = new LogFollower(events, { category: 'order', after: page.cursor })
      assert.deepEqual(places(await follower.until(() => 1)), ['order-1@1'])
    })
  })

  describe('the head is where new readers begin', () => {
    test('it is undefined while there is nothing', async (events) => {
      assert.equal(await events.head(), undefined)
      assert.equal(await events.head('order'), undefined)
      await appendEach(events, new MessageMaker(), ['payment-1'])
      assert.equal(await events.head('order'), undefined)
    })

    test('who starts there gets only what comes later', async (events) => {
      const make = new MessageMaker()
      await appendEach(events, make, ['order-1', 'payment-1'])
      await readToEnd(events, 2)
      const [head, orders] = [await events.head(), await events.head('order')]
      await appendEach(events, make, ['order-1', 'payment-1'])
      assert.deepEqual(places(await readToEnd(events, 2, { after: head })), ['order-1@1', 'payment-1@1'])
      assert.deepEqual(places(await readToEnd(events, 1, { category: 'order', after: orders })), ['order-1@1'])
    })
  })
}
