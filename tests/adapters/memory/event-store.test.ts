import { afterEach, describe, expect, test, vi } from 'vitest'
import { MemoryDatabase } from '../../../src/adapters/memory/database.ts'
import { MemoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { changes } from '../../../src/testing/conformance/rows.ts'

async function opened(): Promise<MemoryEventStore> {
  const events = new MemoryEventStore({ name: 'main' })
  await events.open()
  return events
}

describe('a memory event store', () => {
  const make = new MessageMaker()

  test('refuses a category that is not that of the stream', async () => {
    const events = await opened()
    const append = { ...make.append('order-1'), category: 'reorder' }
    await expect(events.append([append])).rejects.toMatchObject({ code: 'CATEGORY_MISMATCH' })
    expect(await events.head()).toBeUndefined()
  })

  test('W13: gives of a category what is in it exactly, and nothing whose name merely contains it', async () => {
    const events = await opened()
    const streams = ['order-1', 'reorder-1', 'orders-1', 'order:fact-1', 'failed-mailer:order-1', 'order-2']
    for (const stream of streams) await events.append([make.append(stream)])
    const read = async (category: string) => (await events.readCategory(category, { limit: 10 })).messages.map(({ stream }) => stream)
    expect(await read('order')).toEqual(['order-1', 'order-2'])
    expect(await read('reorder')).toEqual(['reorder-1'])
    expect(await read('failed')).toEqual(['failed-mailer:order-1'])
  })

  test('refuses a cursor that it cannot have given', async () => {
    const events = await opened()
    await expect(events.readAll({ after: 'yesterday', limit: 1 })).rejects.toMatchObject({ code: 'INVALID_CURSOR' })
  })

  test('tells of the commits of its database', async () => {
    const database = new MemoryDatabase({ name: 'main' })
    await database.open()
    const heard = vi.fn()
    database.events.onAppend(heard)
    const transaction = await database.begin()
    await transaction.apply(changes({ appends: [make.append('order-2')] }))
    await Promise.resolve()
    expect(heard).not.toHaveBeenCalled()
    await transaction.commit(changes({ appends: [make.append('payment-2')] }))
    await Promise.resolve()
    expect(heard.mock.calls).toEqual([[['order', 'payment']]])
  })

  describe('tells its listeners', () => {
    afterEach(() => vi.restoreAllMocks())

    test('once of all that was appended in one go, each category once', async () => {
      const events = await opened()
      const heard = vi.fn()
      events.onAppend(heard)
      await Promise.all([events.append([make.append('order-3')]), events.append([make.append('order-4'), make.append('payment-4')])])
      expect(heard.mock.calls).toEqual([[['order', 'payment']]])
    })

    test('not before the append has returned to its caller', async () => {
      const events = await opened()
      const heard = vi.fn()
      events.onAppend(heard)
      const appended = events.append([make.append('order-5')])
      expect(heard).not.toHaveBeenCalled()
      await appended
      expect(heard).toHaveBeenCalledTimes(1)
    })

    test('and goes on when one of them throws, with a warning', async () => {
      const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
      const events = await opened()
      const heard = vi.fn()
      const failure = new Error('listener failed')
      events.onAppend(() => {
        throw failure
      })
      events.onAppend(heard)
      await events.append([make.append('order-6')])
      await events.append([make.append('order-6')])
      expect(heard).toHaveBeenCalledTimes(2)
      expect(warned.mock.calls).toEqual([[failure], [failure]])
    })

    test('not the one that another has just taken off', async () => {
      const events = await opened()
      const heard = vi.fn()
      const stops: (() => void)[] = []
      events.onAppend(() => {
        for (const stop of stops) stop()
      })
      stops.push(events.onAppend(heard))
      await events.append([make.append('order-7')])
      expect(heard).not.toHaveBeenCalled()
    })
  })
})
