import assert from 'node:assert/strict'
import { allDone, times } from './assertions.ts'
import type { BrokerSuite } from './broker-suite.ts'
import { numbered, numbersOf, reading } from './deliveries.ts'

export function groupConformance({ describe, test }: BrokerSuite): void {
  describe('each group gets every message', () => {
    test('whatever other groups have read', async ({ broker }) => {
      for (const group of ['mailer', 'printer']) await broker.ensureGroup('orders', group)
      await broker.publish('orders', numbered(3))
      for (const group of ['mailer', 'printer']) assert.deepEqual(numbersOf(await broker.read(reading({ group }))), [0, 1, 2])
    })

    test('also what was published before it was made', async ({ broker }, context) => {
      if (!broker.capabilities.replay) return context.skip('capabilities.replay is false')
      await broker.publish('orders', numbered(3))
      await broker.ensureGroup('orders', 'mailer')
      assert.deepEqual(numbersOf(await broker.read(reading())), [0, 1, 2])
    })

    test('a group that is made twice goes on where it was', async ({ broker }) => {
      await broker.ensureGroup('orders', 'mailer')
      await broker.publish('orders', numbered(3))
      await broker.read(reading({ count: 2 }))
      await broker.ensureGroup('orders', 'mailer')
      assert.deepEqual(numbersOf(await broker.read(reading())), [2])
    })

    test('removing a group that is not there is no error', async ({ broker }) => {
      await broker.removeGroup('orders', 'mailer')
      await broker.ensureGroup('orders', 'mailer')
      await broker.removeGroup('orders', 'printer')
      await broker.publish('orders', numbered(1))
      assert.deepEqual(numbersOf(await broker.read(reading())), [0])
    })

    test('reading makes the group when it is not there', async ({ broker }) => {
      assert.deepEqual(await broker.read(reading()), [])
      await broker.publish('orders', numbered(2))
      assert.deepEqual(numbersOf(await broker.read(reading())), [0, 1])
    })
  })

  describe('each message goes to one consumer of a group', () => {
    test('once, and no further', async ({ broker }) => {
      await broker.ensureGroup('orders', 'mailer')
      await broker.publish('orders', numbered(3))
      assert.deepEqual(numbersOf(await broker.read(reading({ count: 2 }))), [0, 1])
      assert.deepEqual(numbersOf(await broker.read(reading({ consumer: 'two' }))), [2])
      for (const consumer of ['one', 'two', 'three']) assert.deepEqual(await broker.read(reading({ consumer })), [])
    })

    test('however many read at once', async ({ broker }) => {
      await broker.ensureGroup('orders', 'mailer')
      await broker.publish('orders', numbered(60))
      const drain = async (consumer: string) => {
        const numbers: unknown[] = []
        while (numbers.length <= 60) {
          const deliveries = await broker.read(reading({ consumer, count: 3 }))
          if (deliveries.length === 0) break
          numbers.push(...numbersOf(deliveries))
        }
        return numbers
      }
      const numbers = (await allDone(times(6, (at) => drain(`consumer-${at}`)))).flat()
      assert.deepEqual(
        numbers.sort((left, right) => Number(left) - Number(right)),
        times(60, (at) => at),
      )
    })

    test('while others publish', async ({ broker }) => {
      await broker.ensureGroup('orders', 'mailer')
      const published = allDone(times(10, (at) => broker.publish('orders', numbered(4, at * 4))))
      const seen: unknown[] = []
      await allDone<unknown>([
        published,
        ...times(3, async (at) => {
          for (let turn = 0; turn < 20; turn += 1)
            seen.push(...numbersOf(await broker.read(reading({ consumer: `consumer-${at}`, count: 2 }))))
        }),
      ])
      seen.push(...numbersOf(await broker.read(reading())))
      assert.equal(seen.length, 40)
      assert.equal(new Set(seen).size, 40)
    })
  })

  describe('reading where there is nothing is no error', () => {
    test('an unknown stream, an empty one, and no messages wanted', async ({ broker }) => {
      assert.deepEqual(await broker.read(reading({ stream: 'unknown' })), [])
      assert.equal(await broker.length('unknown'), 0)
      await broker.ensureGroup('orders', 'mailer')
      assert.deepEqual(await broker.read(reading()), [])
      assert.equal(await broker.length('orders'), 0)
      await broker.publish('orders', numbered(2))
      assert.deepEqual(await broker.read(reading({ count: 0 })), [])
      assert.deepEqual(numbersOf(await broker.read(reading())), [0, 1])
    })
  })
}
