import { field } from 'proteanjs'
import { domain } from '../domain.ts'

export class OrderConfirmed extends domain.event(
  'OrderConfirmed',
  {
    orderId: field.identifier({ required: true }),
    customerId: field.identifier({ required: true }),
    lines: field.list(field.dict<{ bookId: string; quantity: number }>()),
  },
  { partOf: 'Order' },
) {}

export class OrderLine extends domain.entity(
  'OrderLine',
  { bookId: field.identifier({ required: true }), quantity: field.integer({ required: true, min: 1 }) },
  { partOf: 'Order' },
) {}

export class Order extends domain.aggregate('Order', {
  customerId: field.identifier({ required: true }),
  status: field.status(['PENDING', 'CONFIRMED', 'SHIPPED'] as const, {
    default: 'PENDING',
    transitions: { PENDING: ['CONFIRMED'], CONFIRMED: ['SHIPPED'], SHIPPED: [] },
  }),
  lines: field.hasMany(OrderLine),
}) {
  static {
    this.invariant('an order must contain at least one line', (order) => order.lines.length > 0, { field: 'lines' })
  }

  confirm() {
    this.status = 'CONFIRMED'
    const lines = this.lines.map(({ bookId, quantity }) => ({ bookId, quantity }))
    this.raise(new OrderConfirmed({ orderId: this.id, customerId: this.customerId, lines }))
  }

  ship() {
    this.status = 'SHIPPED'
  }
}
