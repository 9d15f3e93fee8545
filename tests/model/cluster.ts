import type { DomainOptions } from 'proteanjs'
import { Domain, field } from 'proteanjs'

/** An aggregate of four levels, made anew for each caller: orders with lines, their parts, the parts' labels; and a parcel, or none. */
export function makeOrders(options: DomainOptions = {}) {
  const domain = new Domain('orders', options)

  class Money extends domain.valueObject('Money', {
    amount: field.float({ required: true, min: 0 }),
    currency: field.string({ default: 'USD', maxLength: 3 }),
  }) {}

  class Label extends domain.entity('Label', { text: field.string({ required: true, maxLength: 10 }) }, { partOf: 'Part' }) {}

  class Part extends domain.entity(
    'Part',
    { name: field.string({ required: true }), labels: field.hasMany(Label), main: field.hasOne(Label) },
    { partOf: 'Line' },
  ) {
    stick(text: string) {
      this.labels.add(new Label({ text }))
      return this.labels.length
    }
  }

  class Line extends domain.entity(
    'Line',
    {
      sku: field.string({ required: true }),
      quantity: field.integer({ default: 1, min: 1 }),
      state: field.status(['open', 'packed', 'gone'], { default: 'open', transitions: { open: ['packed'], packed: ['gone'] } }),
      orderId: field.reference('Order'),
      parts: field.hasMany(Part),
    },
    { partOf: 'Order' },
  ) {
    static {
      this.invariant('at most nine of each', (line) => line.quantity <= 9, { field: 'quantity', code: 'TOO_MANY' })
    }

    change(quantity: number) {
      this.quantity = quantity
    }

    pack() {
      this.state = 'packed'
      this.raise(new LinePacked({ sku: this.sku }))
    }
  }

  class Parcel extends domain.entity(
    'Parcel',
    { weight: field.float({ default: 1 }), orderId: field.reference('Order') },
    { partOf: 'Order' },
  ) {}

  class OrderPlaced extends domain.event('OrderPlaced', { orderId: field.identifier({ required: true }) }, { partOf: 'Order' }) {}
  class LinePacked extends domain.event('LinePacked', { sku: field.string({ required: true }) }, { partOf: 'Order' }) {}

  class Order extends domain.aggregate('Order', {
    customerId: field.identifier({ default: 'c-1' }),
    status: field.status(['draft', 'placed', 'paid'], { default: 'draft', transitions: { draft: ['placed'], placed: ['paid'] } }),
    note: field.string({ maxLength: 10 }),
    total: field.float({ default: 0 }),
    price: field.valueObject(Money),
    tags: field.list(field.string({ maxLength: 5 })),
    lines: field.hasMany(Line),
    parcel: field.hasOne(Parcel),
  }) {
    static {
      this.invariant('total is not negative', (order) => order.total >= 0, { field: 'total' })
      this.invariant('an order has at most three lines', (order) => order.lines.length <= 3, { field: 'lines' })
    }

    place() {
      this.status = 'placed'
      this.raise(new OrderPlaced({ orderId: this.id }))
    }
  }

  return { domain, Money, Label, Part, Line, Parcel, OrderPlaced, LinePacked, Order }
}

export type Orders = ReturnType<typeof makeOrders>
