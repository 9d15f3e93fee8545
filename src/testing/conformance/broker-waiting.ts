import assert from 'node:assert/strict'
import { allDone } from './assertions.ts'
import type { BrokerSuite } from './broker-suite.ts'
import { numbered, numbersOf, reading } from './deliveries.ts'

/** So long that a read which does not wake up is noticed. */
const LONG_MS = 600_000

export function waitingConformance({ describe, test }: BrokerSuite): void {
  describe('a read may wait for messages', () => {
    test('it takes what is there without waiting', async ({ broker }) => {
      await broker.ensureGroup('orders', 'mailer')
      await broker.publish('orders', numbered(2))
      assert.deepEqual(numbersOf(await broker.read(reading({ waitMs: LONG_MS }))), [0, 1])
    })

    test('it wakes up when something is published', async ({ broker }) => {
      await broker.ensureGroup('orders', 'mailer')
      const waiting = broker.read(reading({ waitMs: LONG_MS }))
      await broker.publish('orders', numbered(1))
      assert.deepEqual(numbersOf(await waiting), [0])
    })

    test('but not for another stream, and gives nothing when the time is up', async ({ broker, advance }) => {
      await broker.ensureGroup('orders', 'mailer')
      const waiting = broker.read(reading({ waitMs: 40 }))
      await broker.publish('payments', numbered(1))
      await advance(80)
      assert.deepEqual(await waiting, [])
    })

    test('of two in one group each message wakes one, and the other goes on waiting', async ({ broker }) => {
      await broker.ensureGroup('orders', 'mailer')
      const waiting = ['one', 'two'].map((consumer) => broker.read(reading({ consumer, count: 1, waitMs: LONG_MS })))
      await broker.publish('orders', numbered(1))
      await Promise.race(waiting)
      await broker.publish('orders', numbered(1, 1))
      const numbers = (await allDone(waiting)).map(numbersOf)
      assert.deepEqual(numbers.sort(), [[0], [1]])
    })

    test('of two groups both get the message', async ({ broker }) => {
      const groups = ['mailer', 'printer']
      for (const group of groups) await broker.ensureGroup('orders', group)
      const waiting = groups.map((group) => broker.read(reading({ group, waitMs: LONG_MS })))
      await broker.publish('orders', numbered(1))
      assert.deepEqual((await allDone(waiting)).map(numbersOf), [[0], [0]])
    })

    test('whoever waits can be told to stop, and takes nothing afterwards', async ({ broker, advance }) => {
      await broker.ensureGroup('orders', 'mailer')
      const stopping = new AbortController()
      const waiting = broker.read(reading({ waitMs: LONG_MS, signal: stopping.signal }))
      stopping.abort()
      assert.deepEqual(await waiting, [])
      await broker.publish('orders', numbered(1))
      // Time in which one who goes on waiting would take it.
      await advance(20)
      assert.deepEqual(numbersOf(await broker.read(reading({ consumer: 'two' }))), [0])
    })

    test('stopping after it has ended changes nothing', async ({ broker }) => {
      await broker.ensureGroup('orders', 'mailer')
      const stopping = new AbortController()
      const waiting = broker.read(reading({ waitMs: LONG_MS, signal: stopping.signal }))
      await broker.publish('orders', numbered(1))
      assert.deepEqual(numbersOf(await waiting), [0])
      stopping.abort()
      const next = broker.read(reading({ waitMs: LONG_MS }))
      await broker.publish('orders', numbered(1, 1))
      assert.deepEqual(numbersOf(await next), [1])
    })

    test('closing ends it, without messages', async ({ broker }) => {
      await broker.ensureGroup('orders', 'mailer')
      const waiting = broker.read(reading({ waitMs: LONG_MS }))
      await broker.close()
      assert.deepEqual(await waiting, [])
    })
  })
}
