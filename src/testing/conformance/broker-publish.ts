import assert from 'node:assert/strict'
import type { JsonObject } from '../../util/json.ts'
import { allDone, refused, tamper, times } from './assertions.ts'
import type { BrokerSuite } from './broker-suite.ts'
import { idsOf, numbered, numbersOf, reading } from './deliveries.ts'

const rich: JsonObject = {
  text: 'quotes " \' \\ and\nlines 😀',
  zero: 0,
  empty: '',
  no: false,
  nothing: null,
  nested: { list: [1, [2, { three: null }]], none: {} },
}

export function publishConformance({ describe, test }: BrokerSuite): void {
  describe('what is published is delivered', () => {
    test('as it was, under the id that publishing gave it', async ({ broker }) => {
      await broker.ensureGroup('orders', 'mailer')
      const ids = await broker.publish('orders', [rich, { second: true }])
      const deliveries = await broker.read(reading())
      assert.deepEqual(
        deliveries.map(({ payload }) => payload),
        [rich, { second: true }],
      )
      assert.deepEqual(idsOf(deliveries), ids)
      assert.deepEqual(
        deliveries.map((delivery) => delivery.deliveries),
        [1, 1],
      )
    })

    test('under ids that differ, whoever publishes', async ({ broker }) => {
      const ids = await allDone(times(10, (at) => broker.publish('orders', numbered(5, at * 5))))
      assert.equal(new Set(ids.flat()).size, 50)
      if (broker.capabilities.replay) assert.equal(await broker.length('orders'), 50)
    })

    test('in the order in which it was published', async ({ broker }, context) => {
      if (!broker.capabilities.ordering) return context.skip('capabilities.ordering is false')
      await broker.ensureGroup('orders', 'mailer')
      for (const from of [0, 10, 20]) await broker.publish('orders', numbered(10, from))
      const deliveries = await broker.read(reading())
      assert.deepEqual(
        numbersOf(deliveries),
        times(30, (at) => at),
      )
    })

    test('to its own stream only', async ({ broker }) => {
      for (const stream of ['orders', 'orders:eu', 'payments']) await broker.ensureGroup(stream, 'mailer')
      await broker.publish('orders', numbered(2))
      await broker.publish('payments', numbered(1, 7))
      assert.equal((await broker.read(reading({ stream: 'orders:eu' }))).length, 0)
      assert.deepEqual(numbersOf(await broker.read(reading({ stream: 'payments' }))), [7])
    })

    test('changing a payload outside changes nothing', async ({ broker }) => {
      const payload = { list: [1] }
      await broker.ensureGroup('orders', 'mailer')
      await broker.ensureGroup('orders', 'printer')
      await broker.publish('orders', [payload])
      payload.list.push(2)
      const [first] = await broker.read(reading())
      assert.deepEqual(first?.payload, { list: [1] })
      tamper(() => (first.payload as typeof payload).list.push(3))
      const [other] = await broker.read(reading({ group: 'printer' }))
      assert.deepEqual(other?.payload, { list: [1] })
    })
  })

  describe('an empty message is refused', () => {
    test('and all that were to be published with it', async ({ broker }) => {
      await refused(broker.publish('orders', [{}]), 'EMPTY_MESSAGE')
      await refused(broker.publish('orders', [{ a: 1 }, { b: undefined }]), 'EMPTY_MESSAGE')
      assert.equal(await broker.length('orders'), 0)
    })

    test('but not one whose values are', async ({ broker }) => {
      await broker.ensureGroup('orders', 'mailer')
      await broker.publish('orders', [{ a: null }, { b: '' }, { c: 0 }, { d: {} }])
      assert.equal((await broker.read(reading())).length, 4)
    })

    test('no messages are no error', async ({ broker }) => {
      assert.deepEqual(await broker.publish('orders', []), [])
      assert.equal(await broker.length('orders'), 0)
    })
  })
}
