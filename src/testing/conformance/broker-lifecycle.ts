import assert from 'node:assert/strict'
import type { Broker } from '../../ports/broker.ts'
import { allClosed } from './assertions.ts'
import type { BrokerConformanceOptions, BrokerSuite } from './broker-suite.ts'
import { numbered, numbersOf, readBy, reading } from './deliveries.ts'

function operations(broker: Broker): Record<string, () => Promise<unknown>> {
  return {
    publish: () => broker.publish('orders', numbered(1)),
    ensureGroup: () => broker.ensureGroup('orders', 'mailer'),
    read: () => broker.read(reading()),
    length: () => broker.length('orders'),
    trim: () => broker.trim('orders', 1),
    resetData: () => broker.resetData(),
    ...(broker.capabilities.acknowledgement
      ? {
          acknowledge: () => broker.acknowledge('orders', 'mailer', ['1']),
          pending: () => broker.pending('orders', 'mailer', 1),
          claim: () => broker.claim({ ...reading(), minIdleMs: 0 }),
        }
      : {}),
  }
}

export function brokerLifecycleConformance({ describe, test }: BrokerSuite, { create }: BrokerConformanceOptions): void {
  describe('a broker works while it is open, and only then', () => {
    test('every operation is refused after close', async ({ broker }) => {
      assert.equal(await broker.isAlive(), true)
      await broker.close()
      assert.equal(await broker.isAlive(), false)
      await allClosed(operations(broker))
    })

    test('opening and closing may be repeated, and in turns', async ({ broker }) => {
      await broker.open()
      await broker.close()
      await broker.close()
      await broker.open()
      assert.deepEqual(numbersOf(await readBy(broker, 2)), [0, 1])
    })

    test('it says what it is', async ({ broker }) => {
      assert.ok(broker.name.length > 0)
      assert.ok(broker.provider.length > 0)
    })
  })

  describe('a reset removes messages and groups', () => {
    test('so that everything begins anew', async ({ broker }) => {
      await readBy(broker, 3)
      await broker.resetData()
      assert.equal(await broker.length('orders'), 0)
      if (broker.capabilities.acknowledgement) assert.deepEqual(await broker.pending('orders', 'mailer', 10), [])
      assert.deepEqual(await broker.read(reading()), [])
      await broker.publish('orders', numbered(2))
      assert.deepEqual(numbersOf(await broker.read(reading())), [0, 1])
    })
  })

  describe('brokers share nothing', () => {
    test('what is published on one is not on another', async ({ broker }) => {
      const other = await create()
      try {
        await other.broker.open()
        for (const one of [broker, other.broker]) await one.ensureGroup('orders', 'mailer')
        await broker.publish('orders', numbered(3))
        assert.deepEqual(await other.broker.read(reading()), [])
        await other.broker.resetData()
        assert.deepEqual(numbersOf(await broker.read(reading())), [0, 1, 2])
      } finally {
        await other.dispose()
      }
    })
  })
}
