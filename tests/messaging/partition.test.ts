import fc from 'fast-check'
import { expect, test } from 'vitest'
import { partitionOf } from '../../src/messaging/partition.ts'

test('a stream has one partition for ever: readers have stored how far they are in each', () => {
  const streams = ['order-1', 'order-2', 'order-3', 'order', 'order-ä', 'payment-1']
  expect(streams.map((stream) => partitionOf(stream, 7))).toEqual([2, 3, 6, 2, 1, 2])
})

test('any number of parts takes every stream, and streams that share the id before the first "+" stay together', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.integer({ min: 1, max: 1000 }), (id, rest, count) => {
      const partition = partitionOf(`order-${id}`, count)
      expect(partition >= 0 && partition < count && Number.isSafeInteger(partition)).toBe(true)
      expect(partitionOf(`order-${id}+${rest}`, count)).toBe(partition)
    }),
  )
})
