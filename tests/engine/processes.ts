import { Engine, field } from 'proteanjs'
import { workerId } from '../../src/engine/worker-row.ts'
import { WORKER_CLUSTER } from '../../src/handlers/engine-tables.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { TestDomain } from '../support/test-domain.ts'

/** Orders whose payments are each in a stream of their own, and a process that notes what it hears of, in the order in which it does. */
export async function openOrders({ partitions = 1 }: { readonly partitions?: number } = {}) {
  const clock = new ManualClock()
  const domain = new TestDomain('orders', { clock })
  domain.config.commandProcessing = 'async'
  domain.config.eventProcessing = 'async'
  const hooks: { paying: (order: string, amount: number) => void } = { paying: () => undefined }
  domain.config.server.subscriptions.Collection = { partitions }
  // More than what a test lets die or fail.
  domain.config.server.eventStoreSubscription.maxRetries = 8
  const heard = new Map<string, (string | number)[]>()

  const aboutPayment = { order: field.identifier({ required: true }), amount: field.integer({ required: true }) }
  class Placed extends domain.event('Placed', { order: field.identifier({ required: true }) }, { partOf: 'Order' }) {}
  class Paid extends domain.event('Paid', aboutPayment, { partOf: 'Payment' }) {}
  class Order extends domain.aggregate('Order', { order: field.identifier({ identifier: true }) }) {}
  class Payment extends domain.aggregate('Payment', { id: field.auto({ identifier: true }), amount: field.integer() }) {}
  class Receipt extends domain.aggregate('Receipt', {
    id: field.identifier({ identifier: true }),
    order: field.identifier(),
    amount: field.integer(),
    place: field.integer(),
  }) {}
  class Confirm extends domain.command('Confirm', { ...aboutPayment, place: field.integer() }, { partOf: 'Receipt' }) {}

  domain.commandHandler('Receipts', { partOf: Receipt }).handle(Confirm, async ({ order, amount, place }) => {
    await domain.repositoryFor(Receipt).add(new Receipt({ id: `${order}:${place}`, order, amount, place }))
  })

  class Collection extends domain.processManager('Collection', {
    order: field.identifier({ identifier: true }),
    amounts: field.list(field.integer(), { default: () => [] }),
  }) {
    static {
      this.handle(Placed, { start: true, correlate: 'order' }, async ({ order }) => {
        heard.set(order, [...(heard.get(order) ?? []), 'placed'])
      })
      this.handle(Paid, { correlate: 'order' }, async (process, { order, amount }) => {
        hooks.paying(order, amount)
        process.amounts = [...process.amounts, amount]
        await domain.process(new Confirm({ order, amount, place: process.amounts.length }))
        heard.set(order, [...(heard.get(order) ?? []), amount])
      })
    }
  }

  const place = (order: string) => {
    const placed = new Order({ order })
    placed.raise(new Placed({ order }))
    return domain.repositoryFor(Order).add(placed)
  }
  const pay = (order: string, amount: number) => {
    const payment = new Payment({ amount })
    payment.raise(new Paid({ order, amount }))
    return domain.repositoryFor(Payment).add(payment)
  }
  const work = async () => {
    const engine = new Engine(domain, { testMode: true, random: { next: () => 0 } })
    await engine.run()
    return engine
  }
  /** As if the process had died before it saved how far it had read. */
  const forgetCursor = async () => {
    const database = domain.providers.get('default')?.database
    const [found] = (await database?.load(WORKER_CLUSTER, [workerId('orders', 'Collection')])) ?? []
    if (found === undefined || database === undefined) throw new Error('Nobody has worked.')
    const where = { op: 'compare', column: 'id', lookup: 'eq', value: found.row.id as string } as const
    await database.updateWhere(WORKER_CLUSTER.table, where, { saved: null })
  }
  const amountsOf = async (order: string) => (await domain.viewFor(Collection).find(order))?.amounts
  const confirmed = async (order: string) =>
    (await domain.repositoryFor(Receipt).query.filter({ order }).orderBy('place').all()).items.map(({ amount }) => amount)
  const handled = (order: string) => heard.get(order) ?? []
  await domain.init()
  return { domain, clock, hooks, Collection, place, pay, work, handled, heard, amountsOf, confirmed, forgetCursor }
}
