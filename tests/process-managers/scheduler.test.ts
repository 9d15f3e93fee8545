import type { ReactionError } from 'proteanjs'
import { DatabaseError, ValidationError } from 'proteanjs'
import { deliverScheduled } from 'proteanjs/testing'
import { describe, expect, test } from 'vitest'
import { internalsOf } from '../../src/domain/internals.ts'
import { schedulersOf } from '../../src/engine/schedulers.ts'
import { SCHEDULE_CLUSTER, SCHEDULE_TABLE } from '../../src/handlers/schedule.ts'
import type { Criteria } from '../../src/ports/criteria.ts'
import type { Database } from '../../src/ports/database.ts'
import { makeReminders, openReminders } from './reminders.ts'

const quiet = () => {}
const always = async () => true

/** A scheduler as an engine in another process would have it. */
function schedulerOf(domain: object, report: (failure: unknown) => void = quiet) {
  const [scheduler] = schedulersOf(domain, report)
  if (scheduler === undefined) throw new Error('There is no database.')
  return scheduler
}

describe('a command that is scheduled', () => {
  test('is processed when it is due, once', async () => {
    const { domain, clock, Remind, passDays, seen } = await openReminders()
    const id = await domain.schedule(new Remind({ invoiceId: 'i1' }), { at: new Date(clock.now().getTime() + 1000) })
    expect([await deliverScheduled(domain), seen]).toEqual([0, []])
    passDays(1)
    expect([await deliverScheduled(domain), await deliverScheduled(domain), seen]).toEqual([1, 0, ['remind i1']])
    expect((await domain.eventStore.readAll({ limit: 10 })).messages).toMatchObject([{ id, type: 'Billing.Remind.v1' }])
  })

  test('is cancelled by its key, or replaced by another one under it', async () => {
    const { domain, Remind, passDays, seen } = await openReminders()
    await domain.schedule(new Remind({ invoiceId: 'i1' }), { afterSeconds: 5 }, { key: 'a' })
    await domain.schedule(new Remind({ invoiceId: 'i2' }), { afterSeconds: 5 }, { key: 'b' })
    await domain.schedule(new Remind({ invoiceId: 'i3' }), { afterSeconds: 5 }, { key: 'b' })
    expect([await domain.unschedule(Remind, 'a'), await domain.unschedule(Remind, 'a')]).toEqual([true, false])
    passDays(1)
    expect([await deliverScheduled(domain), seen]).toEqual([1, ['remind i3']])
    expect(await domain.unschedule(Remind, 'b')).toBe(false)
  })

  test('of another domain in the same database is left to that one', async () => {
    const { domain, clock, Remind, passDays } = await openReminders()
    const id = await domain.schedule(new Remind({ invoiceId: 'i1' }), { afterSeconds: 5 })
    const database = domain.providers.get('default')?.database as Database
    const where: Criteria = { op: 'compare', column: 'id', lookup: 'eq', value: id }
    await database.updateWhere(SCHEDULE_TABLE, where, { domain: 'Shipping' })
    passDays(1)
    expect(await deliverScheduled(domain)).toBe(0)
    const [found] = await database.load(SCHEDULE_CLUSTER, [id])
    expect(found?.row).toMatchObject({ domain: 'Shipping', problem: null })
    const status = await schedulerOf(domain).status()
    expect([status.lag, status.deadLetters, clock.now() > (found?.row.due_at as Date)]).toEqual([0, 0, true])
  })

  test('belongs to the unit of work that it is scheduled or cancelled in', async () => {
    const { domain, Remind, passDays, seen } = await openReminders()
    await domain.schedule(new Remind({ invoiceId: 'i1' }), { afterSeconds: 5 }, { key: 'a' })
    const failing = domain.unitOfWork(async () => {
      await domain.unschedule(Remind, 'a')
      await domain.schedule(new Remind({ invoiceId: 'i2' }), { afterSeconds: 5 })
      throw new Error('given up')
    })
    await expect(failing).rejects.toThrow('given up')
    passDays(1)
    expect([await deliverScheduled(domain), seen]).toEqual([1, ['remind i1']])
  })

  test('that an engine shall process is put into the log', async () => {
    const { domain, Remind, passDays, seen } = await openReminders()
    const id = await domain.schedule(new Remind({ invoiceId: 'i1' }), { afterSeconds: 5 }, { asynchronous: true, idempotencyKey: 'k' })
    passDays(1)
    expect([await deliverScheduled(domain), await deliverScheduled(domain), seen]).toEqual([1, 0, []])
    const { messages } = await domain.eventStore.readCategory('billing::invoice:command', { limit: 10 })
    expect(messages).toMatchObject([{ id, metadata: { domain: { asynchronous: true } } }])
    expect(await domain.process(new Remind({ invoiceId: 'i1' }), { idempotencyKey: 'k' })).toBe(id)
  })

  test('has no more effect under an idempotency key that was used meanwhile', async () => {
    const { domain, Remind, passDays, seen } = await openReminders()
    for (const asynchronous of [true, false])
      await domain.schedule(new Remind({ invoiceId: 'i1' }), { afterSeconds: 5 }, { asynchronous, idempotencyKey: 'k' })
    await domain.process(new Remind({ invoiceId: 'i1' }), { idempotencyKey: 'k' })
    passDays(1)
    expect([await deliverScheduled(domain), seen]).toEqual([2, ['remind i1']])
    expect((await domain.eventStore.readAll({ limit: 10 })).messages).toHaveLength(1)
  })

  test('needs a command of this domain', async () => {
    const { domain, InvoiceSent } = await openReminders()
    const { Remind } = makeReminders()
    await expect(domain.schedule(new Remind({ invoiceId: 'i1' }), { afterSeconds: 1 })).rejects.toMatchObject({ code: 'FOREIGN_COMMAND' })
    await expect(domain.schedule(new InvoiceSent({ invoiceId: 'i1' }) as never, { afterSeconds: 1 })).rejects.toMatchObject({
      code: 'NOT_A_COMMAND',
    })
    await expect(domain.unschedule(Remind, 'a')).rejects.toMatchObject({ code: 'NOT_A_COMMAND' })
  })
})

describe('schedulers', () => {
  test('send each message once, however many there are', async () => {
    const { domain, Remind, passDays, seen } = await openReminders()
    for (let index = 0; index < 20; index += 1) await domain.schedule(new Remind({ invoiceId: `i${index}` }), { afterSeconds: index })
    passDays(1)
    const failures: unknown[] = []
    const schedulers = Array.from({ length: 4 }, () => schedulerOf(domain, (failure) => failures.push(failure)))
    const sent = await Promise.all(schedulers.map((scheduler) => scheduler.pass()))
    expect([sent.reduce((sum, count) => sum + count, 0), failures]).toEqual([20, []])
    const { messages } = await domain.eventStore.readCategory('billing::invoice:command', { limit: 100 })
    expect(messages.map(({ data }) => data.invoiceId).toSorted()).toEqual(Array.from({ length: 20 }, (_, index) => `i${index}`).toSorted())
    expect(new Set(seen).size).toBe(20)
  })

  test('keep what a handler refuses, with the reason, and go on with the rest', async () => {
    const { domain, Remind, passDays, hooks, seen } = await openReminders()
    for (const invoiceId of ['i1', 'i2']) await domain.schedule(new Remind({ invoiceId }), { afterSeconds: 5 }, { key: invoiceId })
    passDays(1)
    hooks.reminding = () => {
      if (seen.length === 1) throw new ValidationError({ invoiceId: ['is not to be reminded of'] })
    }
    await expect(deliverScheduled(domain)).rejects.toMatchObject({ failures: [{ error: expect.any(ValidationError) }] })
    expect(seen).toEqual(['remind i1', 'remind i2'])
    expect(await deliverScheduled(domain)).toBe(0)
    expect(await schedulerOf(domain).status()).toMatchObject({ lag: 0, deadLetters: 1 })
    expect((await domain.eventStore.readAll({ limit: 10 })).messages).toHaveLength(1)
    expect(await domain.unschedule(Remind, 'i1')).toBe(true)
  })

  test('try again later where the database was busy', async () => {
    const { domain, Remind, passDays, hooks, seen } = await openReminders()
    await domain.schedule(new Remind({ invoiceId: 'i1' }), { afterSeconds: 5 })
    passDays(1)
    hooks.reminding = () => {
      throw new DatabaseError('busy', { code: 'DATABASE_BUSY', retryable: true })
    }
    const scheduler = schedulerOf(domain)
    expect(await scheduler.pass()).toBe(0)
    expect(scheduler.nextDue).toEqual(new Date(domain.clock.now().getTime() + 5_000))
    hooks.reminding = undefined
    expect([await scheduler.pass(), seen, scheduler.nextDue]).toEqual([1, ['remind i1', 'remind i1'], undefined])
  })

  test('report what reacted to a message and failed, as sent', async () => {
    const { domain, InvoicePaid, Invoice, Remind, hooks, passDays } = makeReminders()
    domain.eventHandler('Failing', { partOf: Invoice }).handle(InvoicePaid, () => Promise.reject(new Error('no reaction')))
    await domain.init({ traverse: false })
    await domain.schedule(new Remind({ invoiceId: 'i1' }), { afterSeconds: 5 })
    passDays(1)
    hooks.reminding = () => {
      const invoice = new Invoice({ id: 'other' })
      invoice.happen(new InvoicePaid({ invoiceId: 'other' }))
      void domain.repositoryFor(Invoice).add(invoice)
    }
    const failure = await deliverScheduled(domain).catch((error: unknown) => error)
    expect((failure as ReactionError).failures).toMatchObject([{ handler: 'Failing', error: { message: 'no reaction' } }])
    expect(await schedulerOf(domain).status()).toMatchObject({ lag: 0, deadLetters: 0 })
  })

  test('tell when the next message is due, and are woken by what is scheduled', async () => {
    const { domain, clock, Remind } = await openReminders()
    const scheduler = schedulerOf(domain)
    let woken = 0
    const wake = () => {
      woken += 1
    }
    const hold = { token: 1, isValid: true, wasAbandoned: false, saved: undefined, save: always, fence: () => always, wake }
    await scheduler.start(hold)
    await domain.schedule(new Remind({ invoiceId: 'i1' }), { afterSeconds: 60 })
    expect(woken).toBe(1)
    expect([await scheduler.pass(), scheduler.nextDue]).toEqual([0, new Date(clock.now().getTime() + 60_000)])
    clock.advance(61_000)
    expect(await scheduler.status()).toEqual({ lag: 1, atLeast: false, oldestMs: 1_000, waitingStreams: 0, deadLetters: 0 })
    await scheduler.stop()
    await domain.schedule(new Remind({ invoiceId: 'i1' }), { afterSeconds: 60 })
    expect(woken).toBe(1)
  })

  test('begin nothing more when they lose their lease', async () => {
    const { domain, Remind, passDays, seen, hooks } = await openReminders()
    for (const invoiceId of ['i1', 'i2']) await domain.schedule(new Remind({ invoiceId }), { afterSeconds: 5 })
    passDays(1)
    const scheduler = schedulerOf(domain)
    const hold = { token: 1, isValid: true, wasAbandoned: false, saved: undefined, save: always, fence: () => always, wake: quiet }
    await scheduler.start(hold)
    hooks.reminding = () => {
      hold.isValid = false
    }
    expect([await scheduler.pass(), seen]).toEqual([1, ['remind i1']])
  })
})

describe('a process and commands for another database', () => {
  test('keeps what is for later in its own, and sends it to the other', async () => {
    const { domain, InvoiceSent, Invoice, happen, passDays, seen } = await openReminders({ provider: 'other' })
    await happen(new InvoiceSent({ invoiceId: 'i1' }))
    passDays(14)
    expect([await deliverScheduled(domain), seen]).toEqual([2, ['remind i1']])
    expect(await domain.repositoryFor(Invoice).get('i1')).toMatchObject({ reminders: 1 })
  })

  test('sends it there with one effect, also when the process that did died before it could note it', async () => {
    const { domain, InvoiceSent, happen, passDays, seen } = await openReminders({ provider: 'other' })
    await happen(new InvoiceSent({ invoiceId: 'i1' }))
    passDays(7)
    const { infrastructure } = internalsOf(domain)
    const home = infrastructure.databases.get('default')?.database
    if (home === undefined) throw new Error('There is no database.')
    const commit = home.commit.bind(home)
    home.commit = () => Promise.reject(new DatabaseError('gone', { code: 'CONNECTION_FAILED', retryable: true }))
    expect(await schedulerOf(domain).pass()).toBe(0)
    home.commit = commit
    expect(await schedulerOf(domain).pass()).toBe(1)
    const { messages = [] } =
      (await infrastructure.databases.get('other')?.database.events?.readCategory('billing::invoice:command', { limit: 10 })) ?? {}
    expect(messages).toHaveLength(1)
    expect(seen).toEqual(['remind i1'])
  })
})
