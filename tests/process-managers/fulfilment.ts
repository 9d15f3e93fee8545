import type { Domain, DomainOptions, EventMessage } from 'proteanjs'
import { field } from 'proteanjs'
import { TestDomain } from '../support/test-domain.ts'
import { arriving } from './arrival.ts'

/** An order is shipped once it is both paid and packed, in whichever order that happens. `gate`, when set, holds the handler of a payment up. */
export function makeFulfilment(options: DomainOptions = {}, domain: Domain = new TestDomain('shop', options)) {
  domain.config.commandProcessing = 'sync'
  domain.config.eventProcessing = 'sync'
  domain.config.server.versionRetry.baseDelaySeconds = 0
  const seen: string[] = []
  const hooks: { gate?: (() => Promise<void>) | undefined; shipping?: ((orderId: string) => void) | undefined } = {}

  class Order extends domain.aggregate('Order', { name: field.string() }) {}
  const about = { orderId: field.identifier({ required: true }) }
  class OrderPlaced extends domain.event('OrderPlaced', { ...about, total: field.float({ default: 0 }) }, { partOf: 'Order' }) {}
  class OrderPaid extends domain.event(
    'OrderPaid',
    { reference: field.identifier(), amount: field.float({ default: 0 }) },
    { partOf: 'Order' },
  ) {}
  class OrderPacked extends domain.event('OrderPacked', { ...about, boxes: field.integer({ default: 1 }) }, { partOf: 'Order' }) {}
  class OrderClosed extends domain.event('OrderClosed', about, { partOf: 'Order' }) {}

  class ShipOrder extends domain.command('ShipOrder', { ...about, boxes: field.integer() }, { partOf: 'Order' }) {}
  domain.commandHandler('Orders', { partOf: Order }).handle(ShipOrder, async ({ orderId, boxes }) => {
    seen.push(`ship ${orderId} in ${boxes}`)
    hooks.shipping?.(orderId)
    await domain.repositoryFor(Order).add(new Order({ id: orderId, name: 'shipped' }))
  })

  class Fulfilment extends domain.processManager('Fulfilment', {
    orderId: field.identifier(),
    total: field.float({ required: true }),
    paid: field.float({ default: 0 }),
    boxes: field.integer({ default: 0 }),
    shipped: field.boolean({ default: false }),
    started: field.integer({ default: 0 }),
  }) {
    static {
      this.handle(OrderPlaced, { start: true, correlate: 'orderId' }, async (process, event) => {
        process.total = event.total
        process.started += 1
        await shipWhenReady(process)
      })
      this.handle(OrderPaid, { correlate: { orderId: 'reference' } }, async (process, event) => {
        await hooks.gate?.()
        process.paid += event.amount
        await shipWhenReady(process)
      })
      this.handle(OrderPacked, { correlate: 'orderId' }, async (process, event) => {
        process.boxes += event.boxes
        await shipWhenReady(process)
      })
      this.handle(OrderClosed, { correlate: (event) => event.orderId, end: true }, () => {})
    }

    takeShipping(): boolean {
      const isReady = !this.shipped && this.paid >= this.total && this.boxes > 0
      if (isReady) this.shipped = true
      return isReady
    }
  }

  async function shipWhenReady(process: Fulfilment): Promise<void> {
    if (process.takeShipping()) await domain.process(new ShipOrder({ orderId: process.orderId as string, boxes: process.boxes }))
  }

  const names = new Map<unknown, string>([
    [OrderPlaced, 'OrderPlaced'],
    [OrderPaid, 'OrderPaid'],
    [OrderPacked, 'OrderPacked'],
    [OrderClosed, 'OrderClosed'],
  ])
  /** Lets an event happen; the same event again is a second delivery. */
  const happen = (event: EventMessage) => domain.receive(arriving(event, `shop.${names.get(event.constructor)}`))
  const find = (orderId: string) => domain.viewFor(Fulfilment).find(orderId)

  return { domain, seen, hooks, Order, OrderPlaced, OrderPaid, OrderPacked, OrderClosed, ShipOrder, Fulfilment, happen, find }
}

export async function openFulfilment(options: DomainOptions = {}) {
  const fulfilment = makeFulfilment(options)
  await fulfilment.domain.init({ traverse: false })
  return fulfilment
}
