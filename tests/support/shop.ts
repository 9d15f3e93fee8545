import type { Domain, DomainOptions } from 'proteanjs'
import { field } from 'proteanjs'
import { TestDomain } from './test-domain.ts'

/** A small shop, made anew for each caller: orders with lines, stock, a dashboard. Everything is handled synchronously. */
export function makeShop(options: DomainOptions = {}, domain: Domain = new TestDomain('shop', options)) {
  domain.config.commandProcessing = 'sync'
  domain.config.eventProcessing = 'sync'

  class Money extends domain.valueObject('Money', {
    amount: field.float({ required: true, min: 0 }),
    currency: field.string({ default: 'USD', maxLength: 3 }),
  }) {}

  class OrderPlaced extends domain.event(
    'OrderPlaced',
    { orderId: field.identifier({ required: true }), sku: field.string({ required: true }), quantity: field.integer({ required: true }) },
    { partOf: 'Order' },
  ) {}

  class OrderNoted extends domain.event(
    'OrderNoted',
    { orderId: field.identifier({ required: true }), note: field.string() },
    { partOf: 'Order' },
  ) {}

  class StockTaken extends domain.event(
    'StockTaken',
    { sku: field.identifier({ required: true }), left: field.integer({ required: true }) },
    { partOf: 'Stock' },
  ) {}

  class Remark extends domain.entity('Remark', { text: field.string({ required: true }) }, { partOf: 'Line' }) {}

  class Line extends domain.entity(
    'Line',
    {
      sku: field.string({ required: true }),
      quantity: field.integer({ required: true, min: 1 }),
      remarks: field.hasMany<Remark>('Remark'),
    },
    { partOf: 'Order' },
  ) {}

  class Order extends domain.aggregate('Order', {
    customerId: field.identifier({ required: true }),
    status: field.status(['draft', 'placed'] as const, { default: 'draft', transitions: { draft: ['placed'] } }),
    note: field.string(),
    email: field.string({ unique: true }),
    price: field.valueObject(Money),
    lines: field.hasMany(Line),
    createdAt: field.dateTime({ autoNowAdd: true }),
    updatedAt: field.dateTime({ autoNow: true }),
  }) {
    static {
      this.invariant('an order has at most three lines', (order) => order.lines.length <= 3, { field: 'lines' })
    }

    place() {
      this.status = 'placed'
      for (const line of this.lines) this.raise(new OrderPlaced({ orderId: this.id, sku: line.sku, quantity: line.quantity }))
    }

    annotate(note: string) {
      this.note = note
      this.raise(new OrderNoted({ orderId: this.id, note }))
    }
  }

  class Stock extends domain.aggregate('Stock', { sku: field.identifier({ identifier: true }), left: field.integer({ default: 0 }) }) {
    static {
      this.invariant('not enough in stock', (stock) => stock.left >= 0, { field: 'left' })
    }

    take(quantity: number) {
      this.left -= quantity
      this.raise(new StockTaken({ sku: this.sku, left: this.left }))
    }
  }

  class PlaceOrder extends domain.command(
    'PlaceOrder',
    { customerId: field.identifier({ required: true }), sku: field.string({ required: true }), quantity: field.integer({ default: 1 }) },
    { partOf: 'Order', returns: field.identifier() },
  ) {}

  class Annotate extends domain.command(
    'Annotate',
    { id: field.identifier({ identifier: true }), note: field.string({ required: true }) },
    { partOf: 'Order' },
  ) {}

  const orderCommands = domain
    .commandHandler('OrderCommands', { partOf: Order })
    .handle(PlaceOrder, async ({ customerId, sku, quantity }) => {
      const order = new Order({ customerId, lines: [new Line({ sku, quantity })] })
      order.place()
      await domain.repositoryFor(Order).add(order)
      return order.id
    })
    .handle(Annotate, async ({ id, note }) => {
      const orders = domain.repositoryFor(Order)
      const order = await orders.get(id)
      order.annotate(note)
      await orders.add(order)
    })

  return { domain, Money, OrderPlaced, OrderNoted, StockTaken, Remark, Line, Order, Stock, PlaceOrder, Annotate, orderCommands }
}

export type Shop = ReturnType<typeof makeShop>
