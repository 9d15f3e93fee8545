import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import type { NotificationConnection } from '../../../src/adapters/postgres/client.ts'
import { Notifier } from '../../../src/adapters/postgres/notifier.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { ManualTimers } from '../../../src/testing/manual-timers.ts'
import { describePostgres } from '../../support/postgres.ts'
import { postgresDatabase } from '../support/postgres-harness.ts'

describePostgres('appends are heard across processes', (server) => {
  /** A database that listens, once it is sure to hear. */
  async function listening(heard: (categories: readonly string[]) => void) {
    const harness = postgresDatabase(server)
    const { events } = harness.database
    await harness.database.open()
    await harness.database.createArtifacts([])
    events.onAppend(heard)
    const listeners = () =>
      server.admin(`SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND query LIKE '%LISTEN%'`, [
        `${harness.schema} notifications`,
      ])
    while ((await listeners()).length === 0);
    return harness
  }

  test('those of another process, with their categories', { timeout: 30_000 }, async () => {
    const { promise, resolve } = deferred<readonly string[]>()
    const harness = await listening(resolve)
    await promisify(execFile)(process.execPath, [`${import.meta.dirname}/append-child.ts`, server.uri, harness.schema])
    expect(await promise).toEqual(['order'])
    await harness.dispose()
  })

  test('those in other schemas are not', async () => {
    const heard: string[] = []
    const { promise, resolve } = deferred<void>()
    const harness = await listening((categories) => {
      heard.push(...categories)
      if (categories.includes('payment')) resolve()
    })
    const [same, other] = [postgresDatabase(server, { schema: harness.schema }), postgresDatabase(server)]
    await other.database.open()
    await other.database.createArtifacts([])
    await other.database.events.append([new MessageMaker().append('order-1')])
    await same.database.open()
    await same.database.events.append([new MessageMaker().append('payment-1')])
    await promise
    expect(heard).toEqual(['payment'])
    for (const { database } of [same, other]) await database.close()
    await harness.dispose()
  })

  test('a connection that was lost is made again', { timeout: 30_000 }, async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    const { promise, resolve } = deferred<readonly string[]>()
    const harness = await listening(resolve)
    await server.admin('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
      `${harness.schema} notifications`,
    ])
    expect(await warned).toMatchObject({ code: 'CONNECTION_FAILED' })
    const other = postgresDatabase(server, { schema: harness.schema })
    await other.database.open()
    const make = new MessageMaker()
    let isHeard = false
    void promise.then(() => {
      isHeard = true
    })
    while (!isHeard) await other.database.events.append([make.append('order-1')])
    await other.database.close()
    await harness.dispose()
  })
})

function deferred<Value>() {
  let resolve: (value: Value) => void = () => undefined
  const promise = new Promise<Value>((fulfil) => {
    resolve = fulfil
  })
  return { promise, resolve }
}

/** A connection whose queries end when the test says so. */
function held() {
  const sent: string[] = []
  const ends: (() => void)[] = []
  let ended: () => void = () => undefined
  const connection: NotificationConnection = {
    query: ({ values }) =>
      new Promise((resolve) => {
        sent.push(String(values[0] ?? ''))
        ends.push(resolve)
      }),
    onNotification: () => undefined,
    onEnd: (listener) => {
      ended = listener
    },
    end: async () => undefined,
  }
  const answer = async () => {
    await vi.waitFor(() => expect(ends.length).toBeGreaterThan(0))
    ends.shift()?.()
  }
  return { connection, sent, answer, lose: () => ended() }
}

test('at most one notification is on its way, and what comes up meanwhile and shortly afterwards goes into the next', async () => {
  const { connection, sent, answer } = held()
  const time = new ManualTimers()
  const notifier = new Notifier({
    connect: async () => connection,
    heard: () => undefined,
    failed: () => undefined,
    timers: time,
  })
  notifier.open()
  notifier.send(['order'])
  await answer()
  await answer()
  await vi.waitFor(() => expect(sent.at(-1)).toBe('order'))
  for (const category of ['payment', 'order']) notifier.send([category])
  expect(sent.filter((payload) => payload !== '')).toEqual(['order'])
  await answer()
  await time.advance(5)
  for (const category of ['shipment', 'order']) notifier.send([category])
  await time.advance(4)
  expect(sent.filter((payload) => payload !== '')).toEqual(['order'])
  await time.advance(1)
  await vi.waitFor(() => expect(sent.at(-1)).toBe('payment\norder\nshipment'))
  await answer()
  await notifier.close()
  expect(sent.length).toBe(4)
})

test('more categories than fit into one notification are sent in several', async () => {
  const { connection, sent, answer } = held()
  const notifier = new Notifier({
    connect: async () => connection,
    heard: () => undefined,
    failed: () => undefined,
    timers: new ManualTimers(),
  })
  const categories = Array.from({ length: 300 }, (_, number) => `${'category'.repeat(6)}${number}`)
  notifier.open()
  notifier.send(categories)
  for (let queries = 0; queries < 5; queries += 1) await answer()
  const payloads = sent.slice(2)
  expect(payloads.length).toBeGreaterThan(1)
  expect(payloads.every((payload) => Buffer.byteLength(payload) < 8000)).toBe(true)
  expect(payloads.flatMap((payload) => payload.split('\n'))).toEqual(categories)
  await notifier.close()
})

test('attempts to connect are spaced out, and none is made after closing', async () => {
  const time = new ManualTimers()
  const failures: unknown[] = []
  const notifier = new Notifier({
    connect: async () => {
      throw new Error('refused')
    },
    heard: () => undefined,
    failed: (error) => failures.push(error),
    timers: time,
  })
  notifier.open()
  notifier.listen()
  await time.advance(0)
  expect(failures.length).toBe(1)
  await time.advance(1000)
  expect(failures.length).toBe(2)
  await time.advance(1999)
  expect(failures.length).toBe(2)
  await time.advance(1)
  expect(failures.length).toBe(3)
  await notifier.close()
  await time.advance(600_000)
  expect(failures.length).toBe(3)
})
