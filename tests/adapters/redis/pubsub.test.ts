import { expect, test } from 'vitest'
import { createBroker } from '../../../src/adapters/redis/create-pubsub.ts'
import { systemClock } from '../../../src/util/runtime/clock.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'
import { describeRedis } from '../../support/redis.ts'
import { redisPubSubBroker } from '../support/redis-harness.ts'

const LONG_MS = 600_000
const reading = { stream: 'prices', group: 'screen', consumer: 'one', count: 100 }

describeRedis('Redis PUBLISH and SUBSCRIBE', (server) => {
  test('a message reaches those who listen, in every process, and nobody later', async () => {
    const { broker: first, keyPrefix, dispose } = redisPubSubBroker(server)
    const second = createBroker({ name: 'second', settings: { uri: server.uri, keyPrefix }, clock: systemClock, timers: systemTimers })
    await Promise.all([first.open(), second.open()])
    await first.publish('prices', [{ number: 0 }])
    for (const broker of [first, second]) await broker.ensureGroup('prices', 'screen')
    const [id] = await first.publish('prices', [{ number: 1 }])
    for (const broker of [first, second]) expect(await broker.read(reading)).toEqual([{ id, payload: { number: 1 }, deliveries: 1 }])
    await Promise.all([dispose(), second.close()])
  })

  test('it really is PUBLISH: another program that listens hears it, and what that one publishes is heard', async () => {
    const { broker, keyPrefix, dispose } = redisPubSubBroker(server)
    await broker.open()
    await broker.ensureGroup('prices', 'screen')
    expect(await server.admin('PUBSUB', 'CHANNELS', `${keyPrefix}*`)).toEqual([`${keyPrefix}:channel:prices`])
    expect(await server.admin('PUBLISH', `${keyPrefix}:channel:prices`, 'up')).toBe(1)
    expect(await broker.read(reading)).toEqual([{ id: '', payload: { data: 'up' }, deliveries: 1 }])
    await broker.resetData()
    await expect.poll(() => server.admin('PUBSUB', 'CHANNELS', `${keyPrefix}*`)).toEqual([])
    await dispose()
  })

  test('a lost connection is made again, and what is sent from then on is heard', async () => {
    const { broker, keyPrefix, dispose } = redisPubSubBroker(server)
    await broker.open()
    await broker.ensureGroup('prices', 'screen')
    const channel = `${keyPrefix}:channel:prices`
    const clients = String(await server.admin('CLIENT', 'LIST', 'TYPE', 'pubsub'))
    for (const [, id = ''] of clients.matchAll(/^id=(\d+)/gm)) await server.admin('CLIENT', 'KILL', 'ID', id)
    await expect.poll(() => server.admin('PUBLISH', channel, 'again'), { timeout: 10_000 }).toBe(1)
    await expect.poll(() => broker.read(reading)).toMatchObject([{ payload: { data: 'again' } }])
    await dispose()
  })

  test('a group that nobody reads keeps the newest messages', async () => {
    const { broker, dispose } = redisPubSubBroker(server)
    await broker.open()
    await broker.ensureGroup('prices', 'screen')
    for (let from = 0; from < 10_500; from += 500) {
      await broker.publish(
        'prices',
        Array.from({ length: 500 }, (_, at) => ({ number: from + at })),
      )
    }
    const kept = await broker.read({ ...reading, count: 20_000 })
    expect(kept).toHaveLength(10_000)
    expect(kept.at(-1)?.payload).toEqual({ number: 10_499 })
    await dispose()
  })

  test('a read that waits ends when the broker is closed', async () => {
    const { broker, dispose } = redisPubSubBroker(server)
    await broker.open()
    await broker.read(reading)
    const waiting = broker.read({ ...reading, waitMs: LONG_MS })
    await broker.close()
    expect(await waiting).toEqual([])
    await dispose()
  })
})
