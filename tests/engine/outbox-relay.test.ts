import { DatabaseError, ValidationError } from 'proteanjs'
import { ManualClock } from 'proteanjs/testing'
import { expect, test } from 'vitest'
import { InlineBroker } from '../../src/adapters/memory/broker.ts'
import { MemoryDatabase } from '../../src/adapters/memory/database.ts'
import type { RelayOptions } from '../../src/engine/outbox-relay.ts'
import { OutboxRelay } from '../../src/engine/outbox-relay.ts'
import type { Publication } from '../../src/engine/publication.ts'
import { internalPublication } from '../../src/engine/publication.ts'
import type { Hold } from '../../src/engine/worker.ts'
import { Message } from '../../src/messaging/message.ts'
import type { Broker } from '../../src/ports/broker.ts'
import { MessageMaker } from '../../src/testing/conformance/messages.ts'
import type { JsonObject } from '../../src/util/json.ts'
import { systemTimers } from '../../src/util/runtime/timers.ts'
import { overriding } from '../adapters/broken/defect.ts'

const lanes = { enabled: false, threshold: 0, backfillSuffix: 'backfill' }

/** A log, a broker that can be broken, and the row in which a relay keeps its state. */
async function setUp(publication: Publication = internalPublication(lanes), more: Partial<RelayOptions> = {}) {
  const clock = new ManualClock()
  const database = new MemoryDatabase({ name: 'default' })
  const broker = new InlineBroker({ name: 'default', clock, timers: systemTimers })
  await Promise.all([database.open(), broker.open()])
  const make = new MessageMaker()
  const kept: { saved: JsonObject | undefined; lost: boolean } = { saved: undefined, lost: false }
  const faults: { refuse: (stream: string, payloads: readonly JsonObject[]) => Error | undefined } = { refuse: () => undefined }
  const faulty = overriding<Broker>(broker, {
    publish: async (stream, payloads) => {
      const error = faults.refuse(stream, payloads)
      if (error !== undefined) throw error
      return broker.publish(stream, payloads)
    },
  })
  const abandoned: string[] = []
  const reports: [id: string | undefined, attempt: number][] = []
  const relay = () =>
    new OutboxRelay({
      name: 'outbox:default:default',
      home: database,
      log: database.events,
      broker: faulty,
      publication,
      clock,
      pageSize: 10,
      maxAttempts: 3,
      retention: undefined,
      delayMs: (attempts) => attempts * 1000,
      abandoned: {
        keep: async (message) => void abandoned.push(message.id),
        replays: async () => [],
        published: async () => undefined,
        refused: async () => undefined,
        count: async () => abandoned.length,
      },
      report: (_error, message, attempt) => void reports.push([message?.id, attempt]),
      ...more,
    })
  const hold = (): Hold => ({
    token: 1,
    get isValid() {
      return !kept.lost
    },
    wasAbandoned: false,
    saved: kept.saved,
    save: async (state) => {
      if (kept.lost) return false
      kept.saved = JSON.parse(JSON.stringify(state)) as JsonObject
      return true
    },
    fence: () => async () => !kept.lost,
    wake: () => undefined,
  })
  /** Runs passes until one gets nothing done. */
  const run = async (one = relay()) => {
    await one.start(hold())
    while ((await one.pass()) > 0);
    await one.settled()
    return one
  }
  const published = async (stream: string, group = 'reader') => {
    const deliveries = await broker.read({ stream, group, consumer: 'one', count: 10_000 })
    return deliveries.map(({ payload }) => (payload.data as { number: number }).number)
  }
  const append = (stream: string, count = 1) => database.events.append([make.append(stream, count)])
  return { clock, database, broker, make, kept, faults, abandoned, reports, relay, hold, run, published, append }
}

test('G6: what was committed is published, in the order of its stream, and nothing else (R1.15)', async () => {
  const { append, run, published } = await setUp()
  await append('order-1', 25)
  await append('payment-1', 3)
  await run()
  expect(await published('order')).toEqual(Array.from({ length: 25 }, (_, at) => at + 1))
  expect(await published('payment')).toEqual([26, 27, 28])
})

test('the next relay goes on where the last one stopped', async () => {
  const { append, run, published } = await setUp()
  await append('order-1', 12)
  await (await run()).stop()
  expect((await published('order')).length).toBe(12)
  await append('order-1', 2)
  await run()
  expect(await published('order')).toEqual([13, 14])
})

test('what was published and not noted is published again: nothing is lost with the process', async () => {
  const { append, relay, hold, run, kept, published } = await setUp()
  await append('order-1', 5)
  const dying = relay()
  await dying.start({ ...hold(), isValid: true, save: () => new Promise(() => undefined) })
  await dying.pass()
  expect(kept.saved).toBeUndefined()
  await run()
  expect(await published('order')).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5])
})

test('a relay that has lost its lease does nothing more (R1.14)', async () => {
  const { append, relay, hold, kept, published } = await setUp()
  await append('order-1', 5)
  const slow = relay()
  await slow.start(hold())
  kept.lost = true
  expect(await slow.pass()).toBe(0)
  expect(await published('order')).toEqual([])
})

test('while the broker is away nothing is given up, however long that takes, and it is asked less and less often', async () => {
  const { append, run, faults, clock, abandoned, reports, published } = await setUp()
  await append('order-1', 3)
  await append('payment-1', 1)
  faults.refuse = () => new DatabaseError('The broker cannot be reached.', { code: 'CONNECTION_FAILED', retryable: true })
  const relay = await run()
  for (let attempt = 2; attempt <= 20; attempt += 1) {
    const due = relay.nextDue as Date
    expect(due.getTime() - clock.now().getTime()).toBe((attempt - 1) * 1000)
    clock.set(new Date(due.getTime() - 1))
    await relay.pass()
    expect(reports.length).toBe(attempt - 1)
    clock.set(due)
    await relay.pass()
  }
  expect(abandoned).toEqual([])
  faults.refuse = () => undefined
  clock.set(relay.nextDue as Date)
  await relay.pass()
  expect(await published('order')).toEqual([1, 2, 3])
  expect(relay.nextDue).toBeUndefined()
})

test('W11: a message that the broker refuses is abandoned after as many attempts as configured, and those behind it go on in order', async () => {
  const { append, run, faults, clock, abandoned, database, published } = await setUp(undefined, { maxAttempts: 5 })
  await append('order-1', 6)
  await append('payment-1', 1)
  faults.refuse = (_stream, payloads) =>
    payloads.some(({ data }) => (data as { number: number }).number === 3)
      ? new ValidationError([{ path: 'payload', code: 'TOO_LARGE', message: 'it is too large' }])
      : undefined
  const relay = await run()
  expect(await published('order')).toEqual([1, 2])
  expect(await published('payment')).toEqual([7])
  for (let attempt = 2; attempt <= 5; attempt += 1) {
    expect(abandoned).toEqual([])
    clock.set(relay.nextDue as Date)
    await relay.pass()
  }
  const [, , third] = await database.events.readStream('order-1', { limit: 3 })
  expect(abandoned).toEqual([third?.id])
  expect(await published('order')).toEqual([4, 5, 6])
})

test('attempts outlive the process, and several refused messages are counted each for itself (R1.13)', async () => {
  const { append, run, faults, clock, abandoned, published } = await setUp()
  await append('order-1', 1)
  await append('payment-1', 1)
  faults.refuse = () => new ValidationError([{ path: 'payload', code: 'TOO_LARGE', message: 'it is too large' }])
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    expect(abandoned).toEqual([])
    const relay = await run()
    clock.set(relay.nextDue ?? clock.now())
    await relay.stop()
  }
  expect(abandoned.length).toBe(2)
  expect(await published('order')).toEqual([])
})

test('R1.15: with lanes, what has a low priority goes to the second one, in order', async () => {
  const { database, run, published, make } = await setUp(internalPublication({ ...lanes, enabled: true }))
  const prioritised = (priority: number) => {
    const message = make.message('order-1')
    const domain = { ...message.metadata.domain, priority }
    return new Message(message.data, { ...message.metadata, domain })
  }
  const messages = [0, -1, 50, -100].map(prioritised)
  await database.events.append([{ stream: 'order-1', category: 'order', messages }])
  await run()
  expect(await published('order')).toEqual([1, 3])
  expect(await published('order:backfill')).toEqual([2, 4])
})

test('commands are published also when they were handled at once: positions show what is missing', async () => {
  const { database, run, published, make } = await setUp()
  const command = (asynchronous: boolean) => {
    const message = make.message('order:command-1')
    return new Message(message.data, { ...message.metadata, domain: { ...message.metadata.domain, kind: 'COMMAND', asynchronous } })
  }
  const messages = [command(true), command(false)]
  await database.events.append([{ stream: 'order:command-1', category: 'order:command', messages }])
  await run()
  expect(await published('order:command')).toEqual([1, 2])
})

test('the streams of the broker are trimmed to what is to be kept', async () => {
  const { append, run, broker, published } = await setUp(undefined, { retention: 30 })
  await broker.ensureGroup('order', 'reader')
  await append('order-1', 200)
  const relay = await run()
  expect(await broker.length('order')).toBe(200)
  await broker.acknowledge(
    'order',
    'reader',
    (await broker.read({ stream: 'order', group: 'reader', consumer: 'one', count: 200 })).map(({ id }) => id),
  )
  await append('order-1', 200)
  while ((await relay.pass()) > 0);
  expect(await broker.length('order')).toBe(200)
  expect((await published('order')).length).toBe(200)
})

test('how far it is behind is counted, with the age of the oldest', async () => {
  const { append, relay, hold, clock } = await setUp()
  clock.set(new Date('2026-01-02T03:04:10.678Z'))
  await append('order-1', 7)
  const one = relay()
  await one.start(hold())
  expect(await one.status(undefined)).toMatchObject({ lag: 7, atLeast: false, oldestMs: 5000 })
  await append('order-1', 200)
  expect(await one.status(undefined)).toMatchObject({ lag: 100, atLeast: true })
  while ((await one.pass()) > 0);
  expect(await one.status(undefined)).toMatchObject({ lag: 0, oldestMs: undefined })
})
