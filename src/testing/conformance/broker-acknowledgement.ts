import assert from 'node:assert/strict'
import { allDone, refused, times } from './assertions.ts'
import type { BrokerSuite } from './broker-suite.ts'
import { idsOf, numbered, numbersOf, readBy, reading } from './deliveries.ts'

export function acknowledgementConformance({ describe, test, acknowledgementTest }: BrokerSuite): void {
  describe('G4: what was delivered is pending until it is acknowledged', () => {
    acknowledgementTest('with its consumer, in the order of the stream', async ({ broker }) => {
      const deliveries = await readBy(broker, 3)
      const pending = await broker.pending('orders', 'mailer', 10)
      assert.deepEqual(idsOf(pending), idsOf(deliveries))
      for (const one of pending) {
        assert.equal(one.consumer, 'one')
        assert.equal(one.deliveries, 1)
        assert.ok(one.idleMs >= 0)
      }
      assert.deepEqual(idsOf(await broker.pending('orders', 'mailer', 2)), idsOf(deliveries).slice(0, 2))
      assert.deepEqual(await broker.pending('orders', 'mailer', 0), [])
    })

    acknowledgementTest('and no longer', async ({ broker, advance }) => {
      const [first = '', second = '', third = ''] = idsOf(await readBy(broker, 3))
      assert.equal(await broker.acknowledge('orders', 'mailer', [second]), 1)
      assert.deepEqual(idsOf(await broker.pending('orders', 'mailer', 10)), [first, third])
      assert.equal(await broker.acknowledge('orders', 'mailer', [first, third]), 2)
      assert.deepEqual(await broker.pending('orders', 'mailer', 10), [])
      await advance(20)
      assert.deepEqual(await broker.claim({ ...reading(), minIdleMs: 0 }), [])
    })

    acknowledgementTest('only what was pending is counted', async ({ broker }) => {
      const [first = ''] = idsOf(await readBy(broker, 1))
      assert.equal(await broker.acknowledge('orders', 'mailer', []), 0)
      assert.equal(await broker.acknowledge('orders', 'mailer', [first, first]), 1)
      assert.equal(await broker.acknowledge('orders', 'mailer', [first]), 0)
      assert.equal(await broker.acknowledge('orders', 'unknown', [first]), 0)
      assert.equal(await broker.acknowledge('unknown', 'mailer', [first]), 0)
    })

    acknowledgementTest('nor longer than its group is there, for which nothing is kept any more', async ({ broker }) => {
      for (const group of ['mailer', 'printer']) await broker.ensureGroup('orders', group)
      await broker.publish('orders', numbered(3))
      await broker.acknowledge('orders', 'mailer', idsOf(await broker.read(reading({ count: 2 }))))
      await broker.read(reading({ group: 'printer', count: 1 }))
      await broker.removeGroup('orders', 'printer')
      assert.deepEqual(await broker.pending('orders', 'printer', 10), [])
      assert.equal(await broker.trim('orders', 0), 2)
      assert.deepEqual(numbersOf(await broker.read(reading())), [2])
    })

    acknowledgementTest('in each group for itself', async ({ broker }) => {
      const ids = idsOf(await readBy(broker, 2))
      await broker.read(reading({ group: 'printer' }))
      assert.equal(await broker.acknowledge('orders', 'mailer', ids), 2)
      assert.deepEqual(idsOf(await broker.pending('orders', 'printer', 10)), ids)
      assert.equal(await broker.acknowledge('orders', 'printer', ids), 2)
    })

    acknowledgementTest('nothing is pending where nothing was read', async ({ broker }) => {
      await broker.ensureGroup('orders', 'mailer')
      assert.deepEqual(await broker.pending('orders', 'mailer', 10), [])
      assert.deepEqual(await broker.pending('orders', 'unknown', 10), [])
      assert.deepEqual(await broker.pending('unknown', 'mailer', 10), [])
    })
  })

  describe('G7: another consumer takes over what lies idle', () => {
    acknowledgementTest('once it has been idle for long enough', async ({ broker, advance }) => {
      const ids = idsOf(await readBy(broker, 2))
      assert.deepEqual(await broker.claim({ ...reading({ consumer: 'two' }), minIdleMs: 60_000 }), [])
      await advance(50)
      assert.ok((await broker.pending('orders', 'mailer', 10)).every(({ idleMs }) => idleMs >= 50))
      const claimed = await broker.claim({ ...reading({ consumer: 'two' }), minIdleMs: 50 })
      assert.deepEqual(idsOf(claimed), ids)
      assert.deepEqual(numbersOf(claimed), [0, 1])
      assert.ok(claimed.every(({ deliveries }) => deliveries === 2))
      const pending = await broker.pending('orders', 'mailer', 10)
      assert.deepEqual(
        pending.map(({ id, consumer, deliveries }) => [id, consumer, deliveries]),
        ids.map((id) => [id, 'two', 2]),
      )
    })

    acknowledgementTest('and it is not idle any more then', async ({ broker, advance }) => {
      await readBy(broker, 2)
      await advance(1000)
      await broker.claim({ ...reading({ consumer: 'two' }), minIdleMs: 1000 })
      assert.deepEqual(await broker.claim({ ...reading({ consumer: 'three' }), minIdleMs: 1000 }), [])
      assert.equal((await broker.claim({ ...reading({ consumer: 'three' }), minIdleMs: 0 })).length, 2)
    })

    acknowledgementTest('one of several that try at once', async ({ broker, advance }) => {
      await readBy(broker, 12)
      await advance(1000)
      const claims = await allDone(times(6, (at) => broker.claim({ ...reading({ consumer: `consumer-${at}` }), minIdleMs: 1000 })))
      assert.deepEqual(
        numbersOf(claims.flat()).sort((left, right) => Number(left) - Number(right)),
        times(12, (at) => at),
      )
    })

    acknowledgementTest('the oldest first, as many as it asks for, of that group only', async ({ broker, advance }) => {
      const ids = idsOf(await readBy(broker, 3))
      await broker.read(reading({ group: 'printer', count: 1 }))
      await advance(20)
      assert.deepEqual(await broker.claim({ ...reading({ count: 0 }), minIdleMs: 0 }), [])
      assert.deepEqual(idsOf(await broker.claim({ ...reading({ count: 2 }), minIdleMs: 20 })), ids.slice(0, 2))
      assert.deepEqual(idsOf(await broker.claim({ ...reading({ count: 2 }), minIdleMs: 20 })), ids.slice(2))
      assert.equal((await broker.claim({ ...reading({ group: 'printer' }), minIdleMs: 20 })).length, 1)
      assert.deepEqual(await broker.claim({ ...reading({ group: 'unknown' }), minIdleMs: 0 }), [])
      assert.deepEqual(await broker.claim({ ...reading({ stream: 'unknown' }), minIdleMs: 0 }), [])
    })

    acknowledgementTest('not what nobody has read yet', async ({ broker, advance }) => {
      await broker.ensureGroup('orders', 'mailer')
      await broker.publish('orders', [{ number: 0 }])
      await advance(20)
      assert.deepEqual(await broker.claim({ ...reading(), minIdleMs: 0 }), [])
      assert.equal((await broker.read(reading())).length, 1)
    })
  })

  describe('a broker without acknowledgement says so', () => {
    test('when it is asked for', async ({ broker }, context) => {
      if (broker.capabilities.acknowledgement) return context.skip('capabilities.acknowledgement is true')
      await refused(broker.acknowledge('orders', 'mailer', ['1']), 'NOT_SUPPORTED')
      await refused(broker.pending('orders', 'mailer', 1), 'NOT_SUPPORTED')
      await refused(broker.claim({ ...reading(), minIdleMs: 0 }), 'NOT_SUPPORTED')
    })
  })
}
