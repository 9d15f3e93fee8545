import { Domain, field } from 'proteanjs'

/** What the type tests are about. Only the type checker ever reads it. */
export const domain = new Domain('shop')

export class Money extends domain.valueObject('Money', {
  amount: field.float({ required: true, min: 0 }),
  currency: field.string({ default: 'EUR', maxLength: 3 }),
  note: field.text(),
}) {
  plus(other: Money): this {
    return this.replace({ amount: this.amount + other.amount })
  }
}

export class OrderPlaced extends domain.event(
  'OrderPlaced',
  {
    orderId: field.identifier({ required: true }),
    total: field.float({ required: true }),
    placedAt: field.dateTime(),
    channel: field.string({ choices: ['web', 'shop'], default: 'web' }),
  },
  { partOf: 'Order' },
) {}

export class OrderLine extends domain.entity(
  'OrderLine',
  {
    sku: field.string({ required: true, maxLength: 50 }),
    quantity: field.integer({ default: 1, min: 1 }),
    remark: field.text(),
  },
  { partOf: 'Order' },
) {
  get isSingle(): boolean {
    return this.quantity === 1
  }
}

export class Order extends domain.aggregate('Order', {
  orderId: field.auto({ identifier: true }),
  customerId: field.identifier({ required: true }),
  status: field.status(['draft', 'placed', 'shipped'], {
    default: 'draft',
    transitions: { draft: ['placed'], placed: ['shipped'] },
  }),
  total: field.float({ default: 0 }),
  note: field.text(),
  tags: field.list(field.string()),
  price: field.valueObject(Money),
  lines: field.hasMany(OrderLine),
}) {
  place(): void {
    this.status = 'placed'
    this.raise(new OrderPlaced({ orderId: this.orderId, total: this.total }))
  }
}

/** An aggregate that names no identifier. */
export class Customer extends domain.aggregate('Customer', {
  name: field.string({ required: true }),
  email: field.string(),
}) {}

export class PlaceOrder extends domain.command(
  'PlaceOrder',
  {
    orderId: field.identifier({ required: true }),
    customerId: field.identifier({ required: true }),
    total: field.float(),
  },
  { partOf: 'Order', returns: field.identifier() },
) {}

export class ShipOrder extends domain.command('ShipOrder', { orderId: field.identifier({ required: true }) }, { partOf: 'Order' }) {}

export class OrderBoard extends domain.projection('OrderBoard', {
  orderId: field.identifier({ identifier: true }),
  status: field.string(),
  total: field.float({ default: 0 }),
}) {}
