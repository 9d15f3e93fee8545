import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { idsOf, numbered, numbersOf, readBy, reading } from '../../../src/testing/conformance/deliveries.ts'
import { describeRedis } from '../../support/redis.ts'
import type { RedisBrokerHarness } from '../support/redis-harness.ts'
import { redisBroker } from '../support/redis-harness.ts'

const LONG_MS = 600_000

describeRedis('a Redis broker', (server) => {
  let harness: RedisBrokerHarness
  let key: string

  beforeEach(async () => {
    harness = redisBroker(server)
    key = `${harness.keyPrefix}:stream:orders`
    await harness.broker.open()
  })

  afterEach(() => harness.dispose())

  describe('entries of somebody else', () => {
    test('come as their fields, and keep nothing behind them back', async () => {
      const { broker } = harness
      await server.admin('XADD', key, '*', 'kind', 'ping', 'to', 'all')
      for (const data of ['{"broken', '[1]', 'null', '"text"']) await server.admin('XADD', key, '*', 'data', data)
      await broker.publish('orders', [{ number: 5 }])
      expect((await broker.read(reading())).map(({ payload }) => payload)).toEqual([
        { kind: 'ping', to: 'all' },
        { data: '{"broken' },
        { data: '[1]' },
        { data: 'null' },
        { data: '"text"' },
        { number: 5 },
      ])
      expect((await broker.claim({ ...reading(), minIdleMs: 0 }))[1]).toMatchObject({ payload: { data: '{"broken' }, deliveries: 2 })
    })

    test('a key that holds no stream is named as such by every operation', async () => {
      const { broker } = harness
      await server.admin('SET', key, 'text')
      const operations = [
        () => broker.publish('orders', numbered(1)),
        () => broker.publish('orders', numbered(2)),
        () => broker.ensureGroup('orders', 'mailer'),
        () => broker.read(reading()),
        () => broker.read(reading({ waitMs: 10 })),
        () => broker.claim({ ...reading(), minIdleMs: 0 }),
        () => broker.pending('orders', 'mailer', 1),
        () => broker.length('orders'),
        () => broker.trim('orders', 0),
      ]
      for (const operation of operations) await expect(operation()).rejects.toMatchObject({ name: 'DatabaseError', code: 'KEY_TAKEN' })
    })
  })

  test('an id that it never gave is not pending', async () => {
    const { broker } = harness
    const ids = idsOf(await readBy(broker, 1))
    expect(await broker.acknowledge('orders', 'mailer', ['', 'nonsense', '1', ...ids])).toBe(1)
  })

  test('what was deleted while it was pending is neither claimed nor in the way', async () => {
    const { broker } = harness
    const [first = ''] = idsOf(await readBy(broker, 3))
    await server.admin('XDEL', key, first)
    expect(numbersOf(await broker.claim({ ...reading(), minIdleMs: 0 }))).toEqual([1, 2])
    expect(await broker.pending('orders', 'mailer', 10)).toHaveLength(2)
  })

  test('counts every delivery', async () => {
    const { broker } = harness
    await readBy(broker, 1)
    for (const deliveries of [2, 3, 4])
      expect(await broker.claim({ ...reading({ consumer: 'two' }), minIdleMs: 0 })).toMatchObject([{ deliveries }])
    expect(await broker.pending('orders', 'mailer', 1)).toMatchObject([{ consumer: 'two', deliveries: 4 }])
  })

  test('a waiting read goes on when everything is removed meanwhile', async () => {
    const { broker } = harness
    await broker.ensureGroup('orders', 'mailer')
    const waiting = broker.read(reading({ waitMs: LONG_MS }))
    await vi.waitFor(async () => expect(await server.admin('CLIENT', 'LIST')).toContain('cmd=xreadgroup'))
    await broker.resetData()
    await broker.publish('orders', numbered(1, 7))
    expect(numbersOf(await waiting)).toEqual([7])
  })

  test('waits for less than a millisecond too', async () => {
    expect(await harness.broker.read(reading({ waitMs: 0.2 }))).toEqual([])
  })

  describe('trimming', () => {
    test('goes through more than one run of the script takes', async () => {
      const { broker } = harness
      await broker.publish('orders', numbered(1700))
      expect(await broker.trim('orders', 1701)).toBe(0)
      expect(await broker.trim('orders', Number.POSITIVE_INFINITY)).toBe(0)
      expect(await broker.trim('orders', 200)).toBe(1500)
      expect(numbersOf(await broker.read(reading({ count: 1 })))).toEqual([1500])
      expect(await broker.trim('orders', -1)).toBe(0)
    })

    test('drops what all groups have acknowledged from the oldest on, whoever has read how far', async () => {
      const { broker } = harness
      const reader = fc.record({ read: fc.nat(12), acknowledged: fc.array(fc.nat(11), { maxLength: 12 }) })
      await fc.assert(
        fc.asyncProperty(fc.array(reader, { maxLength: 3 }), fc.nat(13), async (readers, maxLength) => {
          await broker.resetData()
          const ids = await broker.publish('orders', numbered(12))
          const done = readers.map(() => new Set<number>())
          for (const [at, { read, acknowledged }] of readers.entries()) {
            await broker.ensureGroup('orders', `group-${at}`)
            await broker.read(reading({ group: `group-${at}`, count: read }))
            const numbers = acknowledged.filter((number) => number < read)
            await broker.acknowledge(
              'orders',
              `group-${at}`,
              numbers.map((number) => ids[number] ?? ''),
            )
            for (const number of numbers) done[at]?.add(number)
          }
          let expected = 0
          while (12 - expected > maxLength && done.every((numbers) => numbers.has(expected))) expected += 1
          expect(await broker.trim('orders', maxLength)).toBe(expected)
          expect(await broker.length('orders')).toBe(12 - expected)
        }),
        { numRuns: 60 },
      )
    })
  })

  test('domains that call the server differently share its streams; a prefix keeps others apart', async () => {
    const { broker, keyPrefix } = harness
    const same = redisBroker(server, { keyPrefix })
    const other = redisBroker(server)
    for (const one of [same, other]) await one.broker.open()
    await broker.publish('orders', numbered(1))
    expect(await same.broker.length('orders')).toBe(1)
    expect(await other.broker.length('orders')).toBe(0)
    for (const one of [same, other]) await one.dispose()
  })

  test('touches no other keys when it is emptied', async () => {
    const { broker, keyPrefix } = harness
    const others = [`${keyPrefix}:cache:test:a`, `${keyPrefix}-2:stream:orders`]
    for (const other of others) await server.admin('SET', other, '1')
    await broker.publish('orders', numbered(1))
    await broker.resetData()
    expect(await server.admin('EXISTS', key)).toBe(0)
    expect(await server.admin('EXISTS', ...others)).toBe(2)
  })
})
