import { field } from 'proteanjs'
import { deliverScheduled } from 'proteanjs/testing'
import { describe, expect, test } from 'vitest'
import { makeReminders, openReminders } from './reminders.ts'

describe('what a process schedules', () => {
  test('happens when it is due, and not before', async () => {
    const { domain, InvoiceSent, Dunning, happen, passDays, seen } = await openReminders()
    await happen(new InvoiceSent({ invoiceId: 'i1' }))
    expect(await deliverScheduled(domain)).toBe(0)
    passDays(6.9)
    expect([await deliverScheduled(domain), seen]).toEqual([0, []])
    passDays(0.1)
    expect([await deliverScheduled(domain), seen]).toEqual([1, ['remind i1']])
    expect(await deliverScheduled(domain)).toBe(0)
    passDays(7)
    expect(await deliverScheduled(domain)).toBe(1)
    expect(await domain.viewFor(Dunning).get('i1')).toMatchObject({ givenUp: true, _ended: true, _version: 1 })
  })

  test('is cancelled by the process, and does not happen then', async () => {
    const { domain, InvoiceSent, InvoicePaid, Dunning, happen, passDays, seen } = await openReminders()
    await happen(new InvoiceSent({ invoiceId: 'i1' }))
    await happen(new InvoiceSent({ invoiceId: 'i2' }))
    await happen(new InvoicePaid({ invoiceId: 'i1' }))
    passDays(30)
    expect(await deliverScheduled(domain)).toBe(2)
    expect(seen).toEqual(['remind i2'])
    expect(await domain.viewFor(Dunning).get('i1')).toMatchObject({ givenUp: false, _ended: true })
  })

  test('replaces what was scheduled under the same key', async () => {
    const { domain, InvoiceSent, Postponed, Dunning, happen, passDays, seen } = await openReminders()
    await happen(new InvoiceSent({ invoiceId: 'i1' }))
    for (const days of [3, 9]) await happen(new Postponed({ invoiceId: 'i1', days }))
    // A step counts, and keeps others from being the next one, also where it leaves the fields as they were.
    expect(await domain.viewFor(Dunning).get('i1')).toMatchObject({ _version: 2 })
    passDays(8)
    expect(await deliverScheduled(domain)).toBe(0)
    passDays(1)
    expect([await deliverScheduled(domain), seen]).toEqual([1, ['remind i1']])
  })

  test('is not scheduled when the step fails', async () => {
    const { domain, InvoiceSent, happen, passDays, seen } = await openReminders()
    await expect(happen(new InvoiceSent({ invoiceId: 'i1', cancelled: true }))).rejects.toMatchObject({ committed: true })
    passDays(30)
    expect([await deliverScheduled(domain), seen]).toEqual([0, []])
  })

  test('says what caused it, and is part of the same story', async () => {
    const { domain, InvoiceSent, Remind, happen, passDays } = await openReminders()
    await domain.process(new Remind({ invoiceId: 'i1' }), { correlationId: 'story' })
    await happen(new InvoiceSent({ invoiceId: 'i1' }))
    passDays(14)
    await deliverScheduled(domain)
    const { messages } = await domain.eventStore.readAll({ limit: 10 })
    const [, sent, reminded, overdue] = messages
    expect([sent, reminded, overdue].map((message) => message?.type)).toEqual([
      'Billing.InvoiceSent.v1',
      'Billing.Remind.v1',
      'Billing.PaymentOverdue.v1',
    ])
    expect([reminded?.causationId, overdue?.causationId]).toEqual([sent?.id, sent?.id])
    expect(overdue?.stream).toBe('billing::dunning-i1')
  })

  test('is scheduled in its handlers, and nowhere else', async () => {
    const { domain, InvoiceSent, Dunning, happen, Remind } = await openReminders()
    await happen(new InvoiceSent({ invoiceId: 'i1' }))
    const found = (await domain.viewFor(Dunning).get('i1')) as InstanceType<typeof Dunning>
    const command = new Remind({ invoiceId: 'i1' })
    for (const attempt of [() => found.schedule(command, { afterSeconds: 1 }), () => found.unschedule('reminder')])
      expect(attempt).toThrow(expect.objectContaining({ code: 'SCHEDULE_OUTSIDE_HANDLER' }))
  })

  test('can only be a command or an event of its own, at a time that makes sense', async () => {
    const { domain, InvoiceSent, InvoicePaid, Remind, happen } = makeReminders()
    const orders: [message: unknown, time: unknown, code: string][] = [
      [new InvoicePaid({ invoiceId: 'i1' }), { afterSeconds: 1 }, 'NOT_SCHEDULABLE'],
      [{ invoiceId: 'i1' }, { afterSeconds: 1 }, 'NOT_SCHEDULABLE'],
      [new Remind({ invoiceId: 'i1' }), { afterSeconds: -1 }, 'SCHEDULE_TIME_INVALID'],
      [new Remind({ invoiceId: 'i1' }), { afterSeconds: Number.NaN }, 'SCHEDULE_TIME_INVALID'],
      [new Remind({ invoiceId: 'i1' }), { at: new Date('never') }, 'SCHEDULE_TIME_INVALID'],
      [new Remind({ invoiceId: 'i1' }), { at: new Date(), afterSeconds: 1 }, 'SCHEDULE_TIME_INVALID'],
      [new Remind({ invoiceId: 'i1' }), {}, 'SCHEDULE_TIME_INVALID'],
    ]
    let [message, time]: unknown[] = []
    class Odd extends domain.processManager('Odd', { invoiceId: field.identifier() }) {
      static {
        this.handle(InvoiceSent, { start: true, correlate: 'invoiceId' }, (odd) =>
          odd.schedule(message as InstanceType<typeof Remind>, time as { at: Date }),
        )
      }
    }
    await domain.init({ traverse: false })
    for (const [index, [wrong, when, code]] of orders.entries()) {
      ;[message, time] = [wrong, when]
      await expect(happen(new InvoiceSent({ invoiceId: `i${index}` }))).rejects.toMatchObject({
        failures: [{ handler: 'Odd', error: { code } }],
      })
    }
    expect(await domain.viewFor(Odd).count()).toBe(0)
  })

  test('is taken back with the change of the process that it is part of', async () => {
    const { domain, InvoiceSent, Remind, happen, passDays, seen } = makeReminders()
    class Hasty extends domain.processManager('Hasty', { invoiceId: field.identifier(), asked: field.integer({ default: 0 }) }) {
      static {
        this.handle(InvoiceSent, { start: true, correlate: 'invoiceId' }, (hasty) => {
          expect(() => hasty.ask()).toThrow('not now')
        })
      }

      ask() {
        this.asked += 1
        this.schedule(new Remind({ invoiceId: 'hasty' }), { afterSeconds: 1 })
        throw new Error('not now')
      }
    }
    await domain.init({ traverse: false })
    await happen(new InvoiceSent({ invoiceId: 'i1' }))
    passDays(1)
    expect([await deliverScheduled(domain), seen]).toEqual([0, []])
    expect(await domain.viewFor(Hasty).get('i1')).toMatchObject({ asked: 0 })
  })
})
