import type { DomainOptions } from 'proteanjs'
import { field } from 'proteanjs'
import { ManualClock } from 'proteanjs/testing'
import { TestDomain } from '../support/test-domain.ts'

/** An invoice is reminded of after a week, and given up a week after that, unless it is paid. `provider`: where invoices are stored. */
export function makeReminders(options: DomainOptions & { readonly provider?: string } = {}) {
  const { provider, ...rest } = options
  const clock = new ManualClock()
  const domain = new TestDomain('billing', { clock, ...rest })
  domain.config.commandProcessing = 'sync'
  domain.config.eventProcessing = 'sync'
  domain.config.server.versionRetry.baseDelaySeconds = 0
  if (provider !== undefined) domain.config.databases[provider] = { provider: 'memory' }
  const seen: string[] = []
  const hooks: { reminding?: (() => void) | undefined } = {}

  const about = { invoiceId: field.identifier({ required: true }) }
  class InvoiceSent extends domain.event(
    'InvoiceSent',
    { ...about, cancelled: field.boolean({ default: false }) },
    { partOf: 'Invoice' },
  ) {}
  class InvoicePaid extends domain.event('InvoicePaid', about, { partOf: 'Invoice' }) {}
  class Postponed extends domain.event('Postponed', { ...about, days: field.integer({ required: true }) }, { partOf: 'Invoice' }) {}
  class Invoice extends domain.aggregate(
    'Invoice',
    { reminders: field.integer({ default: 0 }) },
    provider === undefined ? {} : { provider },
  ) {
    happen(event: InvoiceSent | InvoicePaid | Postponed) {
      this.raise(event)
    }

    remind() {
      this.reminders += 1
    }
  }

  class Remind extends domain.command('Remind', about, { partOf: 'Invoice' }) {}
  domain.commandHandler('Invoices', { partOf: Invoice }).handle(Remind, async ({ invoiceId }) => {
    seen.push(`remind ${invoiceId}`)
    hooks.reminding?.()
    const invoice = (await domain.repositoryFor(Invoice).find(invoiceId)) ?? new Invoice({ id: invoiceId })
    invoice.remind()
    await domain.repositoryFor(Invoice).add(invoice)
  })

  // #region timeout
  class PaymentOverdue extends domain.event('PaymentOverdue', about, { partOf: 'Dunning' }) {}

  class Dunning extends domain.processManager('Dunning', { invoiceId: field.identifier(), givenUp: field.boolean({ default: false }) }) {
    static {
      this.handle(InvoiceSent, { start: true, correlate: 'invoiceId' }, (dunning, { invoiceId, cancelled }) => {
        dunning.schedule(new Remind({ invoiceId }), { afterSeconds: 7 * DAY }, { key: 'reminder' })
        dunning.schedule(new PaymentOverdue({ invoiceId }), { afterSeconds: 14 * DAY }, { key: 'overdue' })
        if (cancelled) throw new Error('cancelled')
      })
      this.handle(Postponed, { correlate: 'invoiceId' }, (dunning, { invoiceId, days }) => {
        dunning.schedule(new Remind({ invoiceId }), { afterSeconds: days * DAY }, { key: 'reminder' })
      })
      this.handle(InvoicePaid, { correlate: 'invoiceId', end: true }, (dunning) => {
        dunning.unschedule('reminder')
        dunning.unschedule('overdue')
      })
      this.handle(PaymentOverdue, { correlate: 'invoiceId', end: true }, (dunning) => {
        dunning.givenUp = true
      })
    }
  }
  // #endregion timeout

  const happen = async (event: InvoiceSent | InvoicePaid | Postponed) => {
    const invoices = domain.repositoryFor(Invoice)
    const invoice = (await invoices.find(event.invoiceId)) ?? new Invoice({ id: event.invoiceId })
    invoice.happen(event)
    await invoices.add(invoice)
  }
  const passDays = (days: number) => clock.advance(days * DAY * 1000)
  return { domain, clock, seen, hooks, Invoice, InvoiceSent, InvoicePaid, Postponed, Remind, PaymentOverdue, Dunning, happen, passDays }
}

const DAY = 24 * 60 * 60

export async function openReminders(options: Parameters<typeof makeReminders>[0] = {}) {
  const reminders = makeReminders(options)
  await reminders.domain.init({ traverse: false })
  return reminders
}
