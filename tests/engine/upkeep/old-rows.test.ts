import type { Domain } from 'proteanjs'
import { field } from 'proteanjs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { CHECKPOINT_TABLE, FAILURE_TABLE, WORKER_TABLE } from '../../../src/handlers/engine-tables.ts'
import { IDEMPOTENCY_CLUSTER } from '../../../src/handlers/idempotency.ts'
import { PROCESS_STEP_TABLE } from '../../../src/handlers/process-history.ts'
import { SCHEDULE_TABLE } from '../../../src/handlers/schedule.ts'
import type { Broker } from '../../../src/ports/broker.ts'
import { NO_CHANGES } from '../../../src/ports/change-set.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import type { Database } from '../../../src/ports/database.ts'
import type { TableSchema } from '../../../src/ports/table.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { ManualTimers } from '../../../src/testing/manual-timers.ts'
import { makeFulfilment } from '../../process-managers/fulfilment.ts'
import { TestDomain } from '../../support/test-domain.ts'
import { makeRunningLedger, runEngines } from '../running-engines.ts'
import { seizeLease, workerRow } from '../seized-lease.ts'

const HOUR = 3_600_000
const KEYS = IDEMPOTENCY_CLUSTER.table

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

function runningLedger() {
  const ledger = makeRunningLedger()
  stops.push(ledger.stopAll)
  return ledger
}

function databaseOf(domain: Domain): Database {
  return domain.providers.get('default')?.database as Database
}

function counting(domain: Domain, table: TableSchema): () => Promise<number> {
  return () => databaseOf(domain).count(table, EVERYTHING)
}

/** The first round is an hour away, from when an engine has the lease. */
function begun(domain: Domain, eventually: ReturnType<typeof runEngines>['eventually']) {
  return eventually(async () => (await workerRow(domain, 'upkeep:default'))?.saved).toMatchObject({ next: expect.any(Number) })
}

/** Rounds, until one has left so many. They are an hour apart, wherever the last one was. */
function left(count: () => Promise<number>, clock: ManualClock, { eventually, pass }: ReturnType<typeof runEngines>) {
  return eventually(async () => {
    clock.advance(HOUR / 6)
    await pass(3000)
    return count()
  }, 20_000)
}

describe('idempotency keys', () => {
  test('go when their time is over, in batches, and not before', async () => {
    const ledger = runningLedger()
    const { domain, clock, Enter, start, eventually, pass } = ledger
    domain.config.consumeIdempotency.cleanup.batchSize = 2
    domain.config.idempotency.ttl = 3 * 3600
    await domain.init()
    const enter = (key: string) => domain.process(new Enter({ account: 'a', amount: 1 }), { asynchronous: false, idempotencyKey: key })
    start()
    await begun(domain, eventually)
    for (const key of ['k1', 'k2', 'k3', 'k4', 'k5']) await enter(key)
    clock.advance(2 * HOUR)
    await enter('young')
    await pass(3000)
    expect(await counting(domain, KEYS)()).toBe(6)
    clock.advance(1 * HOUR)
    await left(counting(domain, KEYS), clock, ledger).toBe(1)
    await enter('young')
    expect(await counting(domain, KEYS)()).toBe(1)
  })

  test('of another domain in the same database are that domain’s to remove', async () => {
    const ledger = runningLedger()
    const { domain, clock, start, eventually, Enter } = ledger
    await domain.init()
    const recorded_at = clock.now()
    await databaseOf(domain).commit({
      ...NO_CHANGES,
      inserts: [{ table: KEYS, rows: [{ id: 'Ledgers.Enter.v1:k', result: null, recorded_at }] }],
    })
    await domain.process(new Enter({ account: 'a', amount: 1 }), { asynchronous: false, idempotencyKey: 'own' })
    start()
    await begun(domain, eventually)
    clock.advance(48 * HOUR)
    await left(counting(domain, KEYS), clock, ledger).toBe(1)
  })
})

test('steps of a process that is over go when they are old; those of one under way stay, and it takes no event twice', async () => {
  const clock = new ManualClock()
  const timers = new ManualTimers(clock)
  const { domain, OrderPlaced, OrderPacked, OrderClosed, Fulfilment, happen, find } = makeFulfilment({ clock, timers })
  const engines = runEngines(domain, timers)
  const { start, eventually, pass } = engines
  stops.push(engines.stopAll)
  await domain.init({ traverse: false })
  const packed = new OrderPacked({ orderId: 'open', boxes: 1 })
  const closing = new OrderClosed({ orderId: 'over' })
  for (const orderId of ['open', 'over']) await happen(new OrderPlaced({ orderId, total: 10 }))
  for (const event of [packed, closing]) await happen(event)
  const steps = counting(domain, PROCESS_STEP_TABLE)
  expect(await steps()).toBe(4)
  start()
  await begun(domain, eventually)
  clock.advance(167 * HOUR)
  await pass(9000)
  expect(await steps()).toBe(4)
  clock.advance(2 * HOUR)
  await left(steps, clock, engines).toBe(2)
  for (const event of [packed, closing, new OrderPlaced({ orderId: 'over', total: 10 })]) await happen(event)
  expect((await find('open'))?.boxes).toBe(1)
  expect((await find('over'))?.started).toBe(1)
  expect(await domain.processHistory(Fulfilment, 'open')).toHaveLength(2)
  expect(await steps()).toBe(2)
})

test('what messages of other systems were dealt with is known for as long as is configured', async () => {
  const clock = new ManualClock()
  const timers = new ManualTimers(clock)
  const domain = new TestDomain('receipts', { clock, timers })
  domain.config.consumeIdempotency.cleanup.retentionHours = 24
  domain.aggregate('Receipt', { amount: field.integer() })
  const seen: unknown[] = []
  domain.subscriber('Payments', { stream: 'payments' }, async ({ amount }) => void seen.push(amount))
  const engines = runEngines(domain, timers)
  const { start, eventually, pass } = engines
  stops.push(engines.stopAll)
  await domain.init()
  const publish = (id: string) =>
    (domain.brokers.get('default') as Broker).publish('payments', [
      { specversion: '1.0', id, source: 'https://pay', type: 'paid', amount: 1 },
    ])
  const remembered = counting(domain, CHECKPOINT_TABLE)
  start()
  await begun(domain, eventually)
  await publish('m1')
  await eventually(remembered).toBe(1)
  clock.advance(20 * HOUR)
  await pass(3000)
  await publish('m2')
  await eventually(async () => {
    await pass(1000)
    return remembered()
  }).toBe(2)
  clock.advance(5 * HOUR)
  await left(remembered, clock, engines).toBe(1)
  await publish('m2')
  await pass(3000)
  expect(seen).toEqual([1, 1])
})

test('everything else has as many rows after many messages as after one', async () => {
  const { domain, Enter, hooks, balanceOf, start, eventually, pass, clock } = runningLedger()
  const tables = [CHECKPOINT_TABLE, WORKER_TABLE, FAILURE_TABLE, SCHEDULE_TABLE]
  await domain.init()
  let calls = 0
  hooks.booking = () => {
    calls += 1
    if (calls % 5 === 0) throw new Error('every fifth fails once')
  }
  const rows = () => Promise.all(tables.map((table) => counting(domain, table)()))
  const done = (count: number) =>
    eventually(async () => {
      await pass(1000)
      return (await balanceOf('a')).length
    }).toBe(count)
  start()
  await domain.process(new Enter({ account: 'a', amount: 1 }))
  await done(1)
  const before = await rows()
  for (let amount = 2; amount <= 40; amount += 1) {
    if (amount % 4 === 0) await domain.schedule(new Enter({ account: 'a', amount }), { afterSeconds: 1 }, { asynchronous: true })
    else await domain.process(new Enter({ account: 'a', amount }))
  }
  clock.advance(1000)
  await done(40)
  await eventually(rows).toEqual(before)
})

describe('the round', () => {
  test('does not begin with every start, is done by one engine, and goes on where its lease was lost', async () => {
    const ledger = runningLedger()
    const { domain, clock, Enter, start, eventually, pass } = ledger
    domain.config.consumeIdempotency.cleanup.batchSize = 1
    await domain.init()
    for (const key of ['k1', 'k2', 'k3'])
      await domain.process(new Enter({ account: key, amount: 1 }), { asynchronous: false, idempotencyKey: key })
    const first = start({ name: 'one' })
    await begun(domain, eventually)
    await first.stop()
    clock.advance(50 * 60_000)
    const database = databaseOf(domain)
    const sweep = vi.spyOn(database, 'deleteWhere')
    const second = start({ name: 'two' })
    start({ name: 'three' })
    await pass(3000)
    expect(sweep).not.toHaveBeenCalled()
    clock.advance(24 * HOUR)
    // What had begun is taken away in the middle.
    let pages = 0
    sweep.mockRestore()
    const remove = database.deleteWhere.bind(database)
    database.deleteWhere = async (table, where) => {
      if (table !== KEYS) return remove(table, where)
      pages += 1
      if (pages === 2) await seizeLease(domain, 'upkeep:default')
      return remove(table, where)
    }
    await left(counting(domain, KEYS), clock, ledger).toBe(0)
    expect(pages).toBeGreaterThanOrEqual(3)
    expect(second.failures).toEqual([])
  })

  test('that fails is reported, and made up for', async () => {
    const ledger = runningLedger()
    const { domain, clock, Enter, start, eventually } = ledger
    await domain.init()
    await domain.process(new Enter({ account: 'a', amount: 1 }), { asynchronous: false, idempotencyKey: 'k' })
    const engine = start()
    await begun(domain, eventually)
    const failing = vi.spyOn(databaseOf(domain), 'deleteWhere').mockRejectedValueOnce(new Error('not now'))
    clock.advance(48 * HOUR)
    await left(counting(domain, KEYS), clock, ledger).toBe(0)
    expect(failing).toHaveBeenCalledTimes(2)
    expect(engine.failures).toMatchObject([{ handler: 'upkeep:default', message: undefined, error: { message: 'not now' } }])
  })
})
