import assert from 'node:assert/strict'
import { refused } from './assertions.ts'
import type { BrokerSuite } from './broker-suite.ts'
import { idsOf, numbered, readBy, reading } from './deliveries.ts'

const NOTHING = { count: 0, isCut: false, oldest: undefined }

export function backlogConformance({ describe, test, acknowledgementTest, keepingTest }: BrokerSuite): void {
  describe('what a group has before it is counted', () => {
    test('without being delivered', async ({ broker }) => {
      await broker.ensureGroup('orders', 'mailer')
      await broker.publish('orders', numbered(3))
      // Where messages arrive by themselves, reading is what makes sure that they have.
      const [first] = await broker.read(reading({ count: 1 }))
      const isPending = broker.capabilities.acknowledgement
      const expected = { count: isPending ? 3 : 2, isCut: false, oldest: { number: isPending ? 0 : 1 } }
      assert.deepEqual(await broker.backlog('orders', 'mailer', 10), expected)
      assert.deepEqual(await broker.backlog('orders', 'mailer', 10), expected)
      if (isPending) await broker.acknowledge('orders', 'mailer', [first?.id ?? ''])
      assert.deepEqual(await broker.backlog('orders', 'mailer', 10), { count: 2, isCut: false, oldest: { number: 1 } })
      assert.equal((await broker.read(reading())).length, 2)
    })

    acknowledgementTest('what is pending with it, the oldest of them first', async ({ broker }) => {
      const [first = '', second = ''] = idsOf(await readBy(broker, 3))
      await broker.publish('orders', numbered(2, 3))
      assert.deepEqual(await broker.backlog('orders', 'mailer', 10), { count: 5, isCut: false, oldest: { number: 0 } })
      await broker.acknowledge('orders', 'mailer', [second])
      assert.deepEqual(await broker.backlog('orders', 'mailer', 10), { count: 4, isCut: false, oldest: { number: 0 } })
      await broker.acknowledge('orders', 'mailer', [first])
      assert.deepEqual(await broker.backlog('orders', 'mailer', 10), { count: 3, isCut: false, oldest: { number: 2 } })
    })

    test('no further than to the limit', async ({ broker }) => {
      await broker.ensureGroup('orders', 'mailer')
      await broker.publish('orders', numbered(4))
      await broker.read(reading({ count: 1 }))
      const left = broker.capabilities.acknowledgement ? 4 : 3
      assert.deepEqual({ ...(await broker.backlog('orders', 'mailer', left - 1)), oldest: 0 }, { count: left - 1, isCut: true, oldest: 0 })
      assert.deepEqual({ ...(await broker.backlog('orders', 'mailer', left)), oldest: 0 }, { count: left, isCut: false, oldest: 0 })
    })

    keepingTest('all of the stream, where there is no such group', async ({ broker }) => {
      await readBy(broker, 2)
      assert.deepEqual(await broker.backlog('orders', 'printer', 10), { count: 2, isCut: false, oldest: { number: 0 } })
    })

    test('nothing, where there is nothing', async ({ broker }) => {
      await broker.ensureGroup('orders', 'mailer')
      assert.deepEqual(await broker.backlog('orders', 'mailer', 10), NOTHING)
      assert.deepEqual(await broker.backlog('unknown', 'mailer', 10), NOTHING)
    })

    test('and not after the broker was closed', async ({ broker }) => {
      await broker.close()
      await refused(broker.backlog('orders', 'mailer', 1), 'NOT_OPEN')
    })
  })
}
