import { ManualTimers } from 'proteanjs/testing'
import { beforeEach, expect, test } from 'vitest'
import { SubscriptionRows } from '../../../src/engine/health/subscription-rows.ts'
import type { WorkerStatus } from '../../../src/engine/worker-status.ts'

const BOOKINGS: WorkerStatus = {
  name: 'Bookings',
  state: 'running',
  owner: 'one',
  lag: 1000,
  atLeast: true,
  oldestMs: 1500,
  waitingStreams: 1,
  deadLetters: 2,
  deadLetterAlert: true,
}

let timers: ManualTimers
let looks: { resolve(rows: readonly WorkerStatus[]): void; reject(error: Error): void }[]
let rows: SubscriptionRows

beforeEach(() => {
  timers = new ManualTimers()
  looks = []
  const look = () => new Promise<readonly WorkerStatus[]>((resolve, reject) => looks.push({ resolve, reject }))
  rows = new SubscriptionRows(look, timers.clock, timers)
})

test('says what is not known yet, and waits half a second for it at most', async () => {
  const seen = rows.seen()
  await timers.advance(500)
  expect(await seen).toEqual({ age_seconds: null, stale: true, rows: [] })
})

test('says how far each subscription is', async () => {
  const seen = rows.seen()
  looks[0]?.resolve([BOOKINGS])
  expect(await seen).toEqual({
    age_seconds: 0,
    stale: false,
    rows: [
      {
        name: 'Bookings',
        status: 'lagging',
        state: 'running',
        owner: 'one',
        lag: 1000,
        lag_at_least: true,
        oldest_seconds: 1.5,
        waiting_streams: 1,
        dead_letters: 2,
        dead_letter_alert: true,
        problem: null,
      },
    ],
  })
  expect(timers.sleeping).toBe(0)
})

test('says of which nobody knows how far they are, and why', async () => {
  const seen = rows.seen()
  looks[0]?.resolve([{ ...BOOKINGS, lag: undefined, atLeast: false, oldestMs: undefined, problem: 'Redis is away' }])
  expect((await seen).rows).toMatchObject([
    { status: 'unknown', lag: null, oldest_seconds: null, waiting_streams: 1, problem: 'Redis is away' },
  ])
})

test('looks once for all that ask at a time, and not again for two seconds (R2.28)', async () => {
  const both = [rows.seen(), rows.seen()]
  looks[0]?.resolve([BOOKINGS])
  await Promise.all(both)
  await timers.advance(1999)
  expect(await rows.seen()).toMatchObject({ age_seconds: 1.999, stale: false })
  expect(looks).toHaveLength(1)
  await timers.advance(1)
  const seen = rows.seen()
  expect(looks).toHaveLength(2)
  looks[1]?.resolve([])
  expect(await seen).toMatchObject({ age_seconds: 0, rows: [] })
})

test('gives what was seen before, and says how old that is, while a look takes long or fails', async () => {
  const first = rows.seen()
  looks[0]?.resolve([BOOKINGS])
  await first
  await timers.advance(3000)
  const late = rows.seen()
  await timers.advance(500)
  expect(await late).toMatchObject({ age_seconds: 3.5, stale: true, rows: [{ name: 'Bookings' }] })
  const failing = rows.seen()
  looks[1]?.reject(new Error('gone'))
  expect(await failing).toMatchObject({ age_seconds: 3.5, stale: true, rows: [{ name: 'Bookings' }] })
  const well = rows.seen()
  looks[2]?.resolve([])
  expect(await well).toMatchObject({ age_seconds: 0, stale: false })
})

test('says of a subscription in parts how far each of them is', async () => {
  const part = { state: 'running', owner: 'one', lag: 3, atLeast: false, oldestMs: undefined, waitingStreams: 0 } as const
  const seen = rows.seen()
  looks[0]?.resolve([
    {
      ...BOOKINGS,
      owner: undefined,
      parts: [
        { ...part, part: 1 },
        { ...part, part: 2, owner: 'two' },
      ],
    },
  ])
  expect((await seen).rows).toMatchObject([
    {
      name: 'Bookings',
      owner: null,
      parts: [
        { part: 1, state: 'running', owner: 'one', lag: 3, lag_at_least: false, oldest_seconds: null, waiting_streams: 0 },
        { part: 2, owner: 'two' },
      ],
    },
  ])
})
