import assert from 'node:assert/strict'
import { partitionOf } from '../../messaging/partition.ts'
import { refused, times } from './assertions.ts'
import type { EventStoreSuite } from './event-store-suite.ts'
import { readToEnd } from './log-follower.ts'
import { MessageMaker } from './messages.ts'

const COUNT = 3
const STREAMS = [...times(12, (at) => `order-${at}`), 'order', 'order-ä-1', 'order-', 'order-7+item-1', 'order-+7']

export function partitionConformance({ describe, test }: EventStoreSuite): void {
  describe('readers can divide a log among themselves', () => {
    for (const category of ['order', undefined]) {
      test(`${category ?? 'everything'}: each stream is in one partition, the same on every store`, async (events) => {
        const make = new MessageMaker()
        await events.append(STREAMS.map((stream) => make.append(stream, 2)))
        for (const [index, count] of times(COUNT, (at) => [at, COUNT] as const)) {
          const expected = STREAMS.filter((stream) => partitionOf(stream, count) === index).flatMap((stream) => [
            `${stream}@0`,
            `${stream}@1`,
          ])
          for (const pageSize of [1, 100]) {
            const read = await readToEnd(events, expected.length, { category, pageSize, partition: { index, count } })
            assert.deepEqual(read.map(({ stream, stored }) => `${stream}@${stored?.position}`).sort(), expected.sort())
          }
        }
      })
    }

    test('streams that share the id before the first "+" are in the same one', async (events) => {
      const make = new MessageMaker()
      const streams = times(8, (at) => `order-7+item-${at}`)
      await events.append(streams.map((stream) => make.append(stream)))
      const partition = { index: partitionOf('order-7', COUNT), count: COUNT }
      assert.equal((await readToEnd(events, streams.length, { category: 'order', partition })).length, streams.length)
    })

    test('with types as well', async (events) => {
      const make = new MessageMaker()
      const paid = 'Shop.OrderPaid.v1'
      await events.append([make.append('order-1'), make.append('order-1', 1, { type: paid }), make.append('order-2', 1, { type: paid })])
      const partition = { index: partitionOf('order-1', 2), count: 2 }
      const others = partitionOf('order-2', 2) === partition.index ? ['order-2@0'] : []
      const read = await readToEnd(events, 1 + others.length, { category: 'order', types: [paid], partition })
      assert.deepEqual(
        read.map(({ stream, stored }) => `${stream}@${stored?.position}`),
        ['order-1@1', ...others],
      )
    })

    test('what belongs to others is not looked at again', async (events) => {
      const make = new MessageMaker()
      await events.append([make.append('order-1', 3)])
      const all = await readToEnd(events, 3, { category: 'order' })
      const index = 1 - partitionOf('order-1', 2)
      const page = await events.readCategory('order', { limit: 10, partition: { index, count: 2 } })
      assert.deepEqual(page, { messages: [], cursor: all.at(-1)?.stored?.cursor })
    })

    test('a partition that is none is refused', async (events) => {
      for (const partition of [
        { index: 2, count: 2 },
        { index: -1, count: 2 },
        { index: 0, count: 0 },
        { index: 0.5, count: 2 },
      ]) {
        await refused(events.readCategory('order', { limit: 1, partition }), 'INVALID_PARTITION')
        await refused(events.readAll({ limit: 1, partition }), 'INVALID_PARTITION')
      }
    })
  })
}
