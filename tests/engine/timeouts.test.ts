import { Engine } from 'proteanjs'
import { ManualClock, ManualTimers } from 'proteanjs/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SCHEDULE_TABLE } from '../../src/handlers/schedule.ts'
import { EVERYTHING } from '../../src/ports/criteria.ts'
import { turn } from '../../src/util/runtime/turn.ts'
import { makeReminders } from '../process-managers/reminders.ts'
import { FragileDatabase } from '../support/fragile-database.ts'
import { makeLedger } from '../support/ledger.ts'

const DAY_MS = 24 * 60 * 60 * 1000

async function openReminders(mode: 'sync' | 'async') {
  const clock = new ManualClock()
  const timers = new ManualTimers(clock)
  const reminders = makeReminders({ clock, timers })
  reminders.domain.config.commandProcessing = mode
  reminders.domain.config.eventProcessing = mode
  await reminders.domain.init({ traverse: false })
  const work = async () => {
    const engine = new Engine(reminders.domain, { testMode: true })
    await engine.run()
    return engine.failures
  }
  return { ...reminders, clock, timers, work }
}

describe.each(['sync', 'async'] as const)('what a process has scheduled, with %s handlers,', (mode) => {
  test('happens in an engine when it is due by the clock, and not before', async () => {
    const { clock, InvoiceSent, Dunning, domain, happen, seen, work } = await openReminders(mode)
    await happen(new InvoiceSent({ invoiceId: 'i1' }))
    expect([await work(), seen]).toEqual([[], []])
    clock.advance(7 * DAY_MS)
    expect([await work(), seen]).toEqual([[], ['remind i1']])
    expect([await work(), seen]).toEqual([[], ['remind i1']])
    clock.advance(7 * DAY_MS)
    expect(await work()).toEqual([])
    expect(await domain.viewFor(Dunning).get('i1')).toMatchObject({ givenUp: true, _ended: true })
  })

  test('does not happen when the process has cancelled it', async () => {
    const { clock, InvoiceSent, InvoicePaid, Dunning, domain, happen, seen, work } = await openReminders(mode)
    await happen(new InvoiceSent({ invoiceId: 'i1' }))
    await work()
    await happen(new InvoicePaid({ invoiceId: 'i1' }))
    await work()
    clock.advance(30 * DAY_MS)
    expect([await work(), seen]).toEqual([[], []])
    expect(await domain.viewFor(Dunning).get('i1')).toMatchObject({ givenUp: false, _ended: true })
  })
})

describe('an engine that runs', () => {
  let reminders: Awaited<ReturnType<typeof openReminders>>
  let engine: Engine
  let ended: Promise<void>

  beforeEach(async () => {
    reminders = await openReminders('async')
    engine = new Engine(reminders.domain)
    ended = engine.run()
  })

  afterEach(async () => {
    await engine.stop()
    await ended
  })

  const eventually = (look: () => unknown) =>
    expect.poll(
      async () => {
        await turn()
        return await look()
      },
      { interval: 5, timeout: 3000 },
    )

  test('sends what is scheduled at its time', async () => {
    const { domain, clock, timers, Remind, seen } = reminders
    await domain.schedule(new Remind({ invoiceId: 'i1' }), { at: new Date(clock.now().getTime() + 3_000) })
    await eventually(() => timers.sleeping).toBeGreaterThan(1)
    await timers.advance(2_900)
    expect(seen).toEqual([])
    await timers.advance(200)
    await eventually(() => seen).toEqual(['remind i1'])
    expect(engine.failures).toEqual([])
  })

  test('finds what another process has scheduled, which nobody told it of', async () => {
    const { domain, timers, clock, Remind, seen } = reminders
    const id = await domain.schedule(new Remind({ invoiceId: 'i1' }), { afterSeconds: 24 * 60 * 60 })
    await eventually(() => timers.sleeping).toBeGreaterThan(1)
    const where = { op: 'compare', column: 'id', lookup: 'eq', value: id } as const
    const soon = new Date(clock.now().getTime() + 10_000)
    await domain.providers.get('default')?.database.updateWhere(SCHEDULE_TABLE, where, { due_at: soon, _version: 0 })
    await eventually(async () => {
      await timers.advance(1_000)
      return seen
    }).toEqual(['remind i1'])
    expect(clock.now().getTime()).toBeLessThan(soon.getTime() + 60_000)
  })
})

test('what a handler schedules is committed with its effects and its checkpoint, so that it is there once wherever the process dies', async () => {
  const clock = new ManualClock()
  const { domain, Entered, Enter, Balance, balanceOf, enter, work } = makeLedger({ clock })
  domain.eventHandler('Interest', { partOf: Balance }).handle(Entered, async ({ account }) => {
    await domain.schedule(new Enter({ account, amount: 1 }), { afterSeconds: 10_000 })
  })
  for (let write = 1; write <= 12; write += 1) {
    await domain.init()
    const database = domain.providers.get('default')?.database
    if (database === undefined) throw new Error('there is a default database')
    await enter('a', 7)
    const process = new FragileDatabase(database)
    process.dieAt(write, write % 2 === 0)
    await work().catch(() => undefined)
    process.revive()
    for (let run = 0; run < 3; run += 1) {
      clock.advance(20_000)
      await work()
    }
    expect(await database.count(SCHEDULE_TABLE, EVERYTHING), `after dying at write ${write}`).toBe(1)
    expect(await balanceOf('a'), `after dying at write ${write}`).toEqual([7])
  }
})
