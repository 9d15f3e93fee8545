import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { MemoryDatabase } from '../../src/adapters/memory/database.ts'
import { MemoryEventStore } from '../../src/adapters/memory/event-store.ts'
import { DatabaseError } from '../../src/errors.ts'
import { Message } from '../../src/messaging/message.ts'
import { NO_CHANGES } from '../../src/ports/change-set.ts'
import { EVERYTHING } from '../../src/ports/criteria.ts'
import type { Database } from '../../src/ports/database.ts'
import type { EventStore } from '../../src/ports/event-store.ts'
import { MessageMaker } from '../../src/testing/conformance/messages.ts'
import { ManualTimers } from '../../src/testing/manual-timers.ts'
import { EventForwarder } from '../../src/unit-of-work/event-forwarder.ts'
import { EVENT_OUTBOX, EVENT_OUTBOX_CLUSTER, outboxRow } from '../../src/unit-of-work/event-outbox.ts'
import { overriding } from '../adapters/broken/defect.ts'

const NOW = Date.UTC(2026, 0, 2)
const down = () => Promise.reject(new DatabaseError('the event store is down', { code: 'CONNECTION_FAILED' }))

describe('what is committed beside an event store of its own', () => {
  const make = new MessageMaker()
  let database: MemoryDatabase
  let store: MemoryEventStore
  let timers: ManualTimers
  let forwarder: EventForwarder

  beforeEach(async () => {
    database = new MemoryDatabase({ name: 'rows' })
    store = new MemoryEventStore({ name: 'events' })
    timers = new ManualTimers()
    forwarder = new EventForwarder({ store, timers })
    await database.open()
    await database.createArtifacts([EVENT_OUTBOX_CLUSTER])
    await store.open()
    vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  })

  afterEach(() => forwarder.close())

  /** The n-th change of an aggregate, which raised so many events. */
  function change(stream: string, version: number, events = 1): readonly Message[] {
    return Array.from({ length: events }, (_, at) => {
      const { data, metadata } = make.message(stream)
      return new Message({ ...data, version, at }, { ...metadata, domain: { ...metadata.domain, sequenceId: `${version}.${at + 1}` } })
    })
  }

  const commit = (messages: readonly Message[], now = NOW) =>
    database.commit({
      ...NO_CHANGES,
      inserts: [{ table: EVENT_OUTBOX, rows: messages.map((message, place) => outboxRow(message, place, new Date(now))) }],
    })
  const idsIn = async (stream: string) => (await store.readStream(stream, { limit: 1000 })).map(({ id }) => id)
  const left = () => database.count(EVENT_OUTBOX, EVERYTHING)

  test('is brought there as it is, and the outbox is empty again', async () => {
    const messages = change('order-1', 0, 3)
    await commit(messages)
    await forwarder.forward(database, ['order-1'])
    const stored = await store.readStream('order-1', { limit: 10 })
    expect(stored.map(({ data, metadata }) => ({ data, metadata }))).toEqual(messages.map(({ data, metadata }) => ({ data, metadata })))
    expect(await left()).toBe(0)
  })

  test('keeps the order of the versions, whatever the clocks of those who committed them say', async () => {
    const [first, second] = [change('order-1', 0, 12), change('order-1', 1)]
    await commit(second, NOW - 5000)
    await commit(first)
    await forwarder.forward(database, ['order-1'])
    expect(await idsIn('order-1')).toEqual([...first, ...second].map(({ id }) => id))
  })

  test('keeps the order of the streams among each other, as far as clocks can tell', async () => {
    await commit([...change('order-2', 0), ...change('order-1', 0), ...change('order-2', 0)], NOW + 1)
    await commit(change('order-3', 0))
    await forwarder.recover([database])
    const { messages } = await store.readAll({ limit: 10 })
    expect(messages.map(({ stream }) => stream)).toEqual(['order-3', 'order-2', 'order-1', 'order-2'])
  })

  test('is brought in one go by those who commit while another pass is under way', async () => {
    const append = vi.spyOn(store, 'append')
    await commit(change('order-0', 0))
    const running = forwarder.forward(database, ['order-0'])
    await Promise.resolve()
    const more = [1, 2, 3].map(async (number) => {
      await commit(change(`order-${number}`, 0))
      await forwarder.forward(database, [`order-${number}`])
    })
    await Promise.all([running, ...more])
    expect(await left()).toBe(0)
    expect(append.mock.calls.length).toBeLessThan(4)
  })

  test('more of it than fits in a page is brought page by page', async () => {
    for (const stream of ['order-1', 'order-2', 'order-3']) await commit(change(stream, 0, 400))
    await forwarder.recover([database])
    expect(await left()).toBe(0)
    expect(await idsIn('order-2')).toHaveLength(400)
  })

  test('waits while the event store is down, is tried again after growing delays, and the commit does not fail', async () => {
    const append = vi.spyOn(store, 'append').mockImplementation(down)
    await commit(change('order-1', 0))
    await forwarder.forward(database, ['order-1'])
    await commit(change('order-1', 1))
    await forwarder.forward(database, ['order-1'])
    expect(process.emitWarning).toHaveBeenCalledTimes(1)
    expect(await left()).toBe(2)
    await timers.advance(500)
    expect(append).toHaveBeenCalledTimes(2)
    append.mockRestore()
    await timers.advance(999)
    expect(await idsIn('order-1')).toHaveLength(0)
    await timers.advance(1)
    await expect.poll(() => idsIn('order-1')).toHaveLength(2)
    await expect.poll(left).toBe(0)
  })

  test('no commit waits for an event store that is known to be down, and what is committed in its last moments is not forgotten', async () => {
    const append = vi.spyOn(store, 'append').mockImplementation(down)
    await commit(change('order-1', 0))
    await forwarder.forward(database, ['order-1'])
    append.mockImplementation(async (appends) => {
      append.mockRestore()
      // The pass that succeeds has read already what there was.
      await commit(change('order-1', 1))
      await forwarder.forward(database, ['order-1'])
      return store.append(appends)
    })
    await timers.advance(500)
    await expect.poll(() => idsIn('order-1')).toHaveLength(2)
    await expect.poll(left).toBe(0)
  })

  test('tables that are not made yet hold nothing', async () => {
    const missing = overriding<Database>(database, {
      select: () => Promise.reject(new DatabaseError('no such table', { code: 'MISSING_TABLE' })),
    })
    await forwarder.recover([missing])
    expect(process.emitWarning).not.toHaveBeenCalled()
  })

  test('is neither lost nor doubled nor out of order, wherever forwarders die and however many there are', async () => {
    const faults = fc.constantFrom('none', 'before the append', 'after the append', 'after the removal')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 3 }), faults), { maxLength: 12 }), async (commits) => {
        await database.resetData()
        await store.resetData()
        const expected = new Map<string, string[]>()
        const work: Promise<unknown>[] = []
        for (const [number, count, fault] of commits) {
          const stream = `order-${number}`
          const known = expected.get(stream) ?? []
          const messages = change(stream, known.length, count)
          expected.set(stream, [...known, ...messages.map(({ id }) => id)])
          await commit(messages)
          // A forwarder of its own for each, as in many processes, which dies at a given point.
          const dying = new EventForwarder({ store: faulty(store, fault), timers: new ManualTimers() })
          const rows = overriding<Database>(database, fault === 'after the removal' ? { deleteWhere: removing(database) } : {})
          work.push(dying.forward(rows, [stream]).then(() => dying.close()))
        }
        await Promise.all(work)
        await forwarder.recover([database])
        for (const [stream, ids] of expected) expect(await idsIn(stream)).toEqual(ids)
        expect(await left()).toBe(0)
      }),
      { numRuns: 150 },
    )
  })
})

function faulty(store: EventStore, fault: string): EventStore {
  return overriding<EventStore>(store, {
    append: async (appends) => {
      if (fault === 'before the append') return down()
      const receipt = await store.append(appends)
      return fault === 'after the append' ? down() : receipt
    },
  })
}

function removing(database: Database): Database['deleteWhere'] {
  return async (table, where) => {
    await database.deleteWhere(table, where)
    return down()
  }
}
