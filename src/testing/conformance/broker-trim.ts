import assert from 'node:assert/strict'
import type { Broker } from '../../ports/broker.ts'
import type { BrokerSuite } from './broker-suite.ts'
import { idsOf, numbered, numbersOf, readBy, reading } from './deliveries.ts'

async function acknowledgeAll(broker: Broker, ids: readonly string[], group = 'mailer'): Promise<void> {
  if (broker.capabilities.acknowledgement) await broker.acknowledge('orders', group, ids)
}

export function trimConformance({ describe, test, acknowledgementTest, keepingTest }: BrokerSuite): void {
  describe('a stream is trimmed', () => {
    keepingTest('to the newest messages, and counts what it dropped', async ({ broker }) => {
      await acknowledgeAll(broker, idsOf(await readBy(broker, 10)))
      assert.equal(await broker.trim('orders', 4), 6)
      assert.equal(await broker.length('orders'), 4)
      assert.equal(await broker.trim('orders', 4), 0)
      assert.equal(await broker.trim('orders', 0), 4)
      assert.equal(await broker.trim('unknown', 0), 0)
    })

    keepingTest('of nothing that some group has not read', async ({ broker }) => {
      await broker.ensureGroup('orders', 'printer')
      await acknowledgeAll(broker, idsOf(await readBy(broker, 5)))
      assert.equal(await broker.trim('orders', 0), 0)
      const two = await broker.read(reading({ group: 'printer', count: 2 }))
      await acknowledgeAll(broker, idsOf(two), 'printer')
      assert.equal(await broker.trim('orders', 0), 2)
      assert.deepEqual(numbersOf(await broker.read(reading({ group: 'printer' }))), [2, 3, 4])
    })

    acknowledgementTest('of nothing that is pending, nor what came after it', async ({ broker }) => {
      const ids = idsOf(await readBy(broker, 5))
      await broker.acknowledge(
        'orders',
        'mailer',
        ids.filter((_, at) => at !== 2),
      )
      assert.equal(await broker.trim('orders', 0), 2)
      assert.equal(await broker.length('orders'), 3)
      assert.deepEqual(numbersOf(await broker.claim({ ...reading(), minIdleMs: 0 })), [2])
      await broker.acknowledge('orders', 'mailer', ids)
      assert.equal(await broker.trim('orders', 0), 3)
    })

    keepingTest('and goes on', async ({ broker }) => {
      await acknowledgeAll(broker, idsOf(await readBy(broker, 5)))
      await broker.trim('orders', 0)
      const ids = await broker.publish('orders', numbered(2, 5))
      const deliveries = await broker.read(reading())
      assert.deepEqual(numbersOf(deliveries), [5, 6])
      assert.deepEqual(idsOf(deliveries), ids)
      assert.equal(await broker.length('orders'), 2)
    })
  })

  describe('a broker that keeps nothing says so', () => {
    test('by its length, with nothing to trim and nothing for latecomers', async ({ broker }, context) => {
      if (broker.capabilities.replay) return context.skip('capabilities.replay is true')
      await readBy(broker, 3)
      await broker.publish('orders', numbered(2))
      assert.equal(await broker.length('orders'), 0)
      assert.equal(await broker.trim('orders', 0), 0)
      assert.deepEqual(await broker.read(reading({ group: 'late' })), [])
      assert.deepEqual(numbersOf(await broker.read(reading())), [0, 1])
    })
  })
}
