import { describe, expect, test } from 'vitest'
import { InlineBroker } from '../../../src/adapters/memory/broker.ts'
import { ManualTimers } from '../../../src/testing/manual-timers.ts'

async function opened() {
  const time = new ManualTimers()
  const broker = new InlineBroker({ name: 'main', clock: time.clock, timers: time })
  await broker.open()
  return { broker, time }
}

const read = { stream: 'orders', group: 'mailer', consumer: 'one', count: 10 }

describe('an inline broker', () => {
  test('still has its messages, groups and deliveries when it is opened again', async () => {
    const { broker } = await opened()
    await broker.publish('orders', [{ number: 0 }, { number: 1 }])
    await broker.read({ ...read, count: 1 })
    await broker.close()
    await broker.open()
    expect(await broker.pending('orders', 'mailer', 10)).toHaveLength(1)
    expect((await broker.read(read)).map(({ payload }) => payload.number)).toEqual([1])
  })

  test('measures idleness to the millisecond, and anew from each delivery', async () => {
    const { broker, time } = await opened()
    await broker.publish('orders', [{ number: 0 }])
    await broker.read(read)
    await time.advance(99)
    expect(await broker.claim({ ...read, minIdleMs: 100 })).toEqual([])
    await time.advance(1)
    expect(await broker.claim({ ...read, minIdleMs: 100 })).toMatchObject([{ deliveries: 2 }])
    await time.advance(30)
    expect(await broker.pending('orders', 'mailer', 10)).toMatchObject([{ idleMs: 30, deliveries: 2 }])
  })

  test('lets a read that was woken in vain wait for the rest of its time only', async () => {
    const { broker, time } = await opened()
    const [first, second] = [broker.read({ ...read, waitMs: 100 }), broker.read({ ...read, consumer: 'two', waitMs: 100 })]
    let ended = false
    const vain = second.then((deliveries) => {
      ended = true
      return deliveries
    })
    await time.advance(60)
    await broker.publish('orders', [{ number: 0 }])
    expect(await first).toHaveLength(1)
    await time.advance(39)
    expect(ended).toBe(false)
    await time.advance(1)
    expect(await vain).toEqual([])
  })

  test('ends a waiting read for good when it is closed and opened again at once', async () => {
    const { broker } = await opened()
    const waiting = broker.read({ ...read, waitMs: 1000 })
    await Promise.all([broker.close(), broker.open()])
    await broker.publish('orders', [{ number: 0 }])
    expect(await waiting).toEqual([])
    expect(await broker.read(read)).toHaveLength(1)
  })

  test('keeps a read waiting through a reset', async () => {
    const { broker } = await opened()
    const waiting = broker.read({ ...read, waitMs: 1000 })
    await broker.resetData()
    await broker.publish('orders', [{ number: 7 }])
    expect(await waiting).toMatchObject([{ payload: { number: 7 } }])
  })
})
