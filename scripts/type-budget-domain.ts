/** The domain that `type-budget.ts` has checked: what people write, once for each module. */

export function domainFile(): string {
  return `import { Domain } from 'proteanjs'

export const domain = new Domain('large')
`
}

/** An aggregate with an entity, a value object, two events, two commands, their handlers, a projection, its projector and a repository. */
export function moduleFile(at: number): string {
  return `import { field, or } from 'proteanjs'
import { domain } from './domain.ts'

export class Money${at} extends domain.valueObject('Money${at}', {
  amount: field.float({ required: true, min: 0 }),
  currency: field.string({ default: 'EUR', maxLength: 3 }),
}) {
  plus(other: Money${at}) {
    return this.replace({ amount: this.amount + other.amount })
  }
}

export class Placed${at} extends domain.event('Placed${at}', {
  orderId: field.identifier({ required: true }),
  customerId: field.identifier({ required: true }),
  total: field.float({ required: true }),
  placedAt: field.dateTime(),
}, { partOf: 'Order${at}' }) {}

export class Shipped${at} extends domain.event('Shipped${at}', {
  orderId: field.identifier({ required: true }),
  carrier: field.string({ choices: ['post', 'courier'], default: 'post' }),
  parcels: field.integer({ default: 1 }),
}, { partOf: 'Order${at}' }) {}

export class Line${at} extends domain.entity('Line${at}', {
  sku: field.string({ required: true, maxLength: 50 }),
  quantity: field.integer({ required: true, min: 1 }),
  note: field.text(),
}, { partOf: 'Order${at}' }) {}

export class Order${at} extends domain.aggregate('Order${at}', {
  orderId: field.auto({ identifier: true }),
  customerId: field.identifier({ required: true }),
  status: field.status(['draft', 'placed', 'shipped'], { default: 'draft', transitions: { draft: ['placed'], placed: ['shipped'] } }),
  total: field.float({ default: 0 }),
  reference: field.string({ required: true, maxLength: 30 }),
  note: field.text(),
  placedAt: field.dateTime(),
  tags: field.list(field.string()),
  price: field.valueObject(Money${at}),
  lines: field.hasMany(Line${at}),
}) {
  static {
    this.invariant('an order that is placed has lines', (order) => order.status === 'draft' || order.lines.length > 0, { field: 'lines' })
  }

  place() {
    this.status = 'placed'
    this.raise(new Placed${at}({ orderId: this.orderId, customerId: this.customerId, total: this.total }))
  }

  ship(parcels: number) {
    this.status = 'shipped'
    this.raise(new Shipped${at}({ orderId: this.orderId, parcels }))
  }
}

export class Place${at} extends domain.command('Place${at}', {
  orderId: field.identifier({ required: true }),
  customerId: field.identifier({ required: true }),
  reference: field.string({ required: true }),
  sku: field.string({ required: true }),
  quantity: field.integer({ default: 1 }),
}, { partOf: 'Order${at}', returns: field.identifier() }) {}

export class Ship${at} extends domain.command('Ship${at}', {
  orderId: field.identifier({ required: true }),
  parcels: field.integer({ default: 1 }),
}, { partOf: 'Order${at}' }) {}

export class Orders${at} extends domain.repository(Order${at}) {
  open(customerId: string) {
    return this.query.filter({ customerId, total: { gte: 10 } }).exclude(or({ status: 'shipped' }, { note: { isNull: true } })).orderBy('-total').all()
  }
}

export const commands${at} = domain
  .commandHandler('OrderCommands${at}', { partOf: Order${at} })
  .handle(Place${at}, async (command) => {
    const { orderId, customerId, reference } = command
    const lines = [new Line${at}({ sku: command.sku, quantity: command.quantity })]
    const order = new Order${at}({ orderId, customerId, reference, lines })
    order.place()
    await domain.repositoryFor(Order${at}).add(order)
    return order.orderId
  })
  .handle(Ship${at}, async (command) => {
    const orders = domain.repositoryFor(Orders${at})
    const order = await orders.get(command.orderId)
    order.ship(command.parcels)
    await orders.add(order)
  })

export class Dashboard${at} extends domain.projection('Dashboard${at}', {
  orderId: field.identifier({ identifier: true }),
  customerId: field.identifier(),
  status: field.string(),
  total: field.float(),
  parcels: field.integer(),
}) {}

export const dashboards${at} = domain
  .projector('DashboardProjector${at}', { projectorFor: Dashboard${at}, aggregates: [Order${at}] })
  .on(Placed${at}, async (event) => {
    const { orderId, customerId, total } = event.payload
    await domain.repositoryFor(Dashboard${at}).add(new Dashboard${at}({ orderId, customerId, total, status: 'placed' }))
  })
  .on(Shipped${at}, async (event) => {
    const dashboards = domain.repositoryFor(Dashboard${at})
    const dashboard = await dashboards.get(event.orderId)
    dashboard.status = 'shipped'
    dashboard.parcels = event.parcels
    await dashboards.add(dashboard)
  })

export async function use${at}(): Promise<string> {
  const orderId = await domain.process(new Place${at}({ orderId: '1', customerId: '2', reference: '3', sku: '4' }))
  const seen = await domain.viewFor(Dashboard${at}).get(orderId)
  return \`\${orderId} \${seen.status}\`
}
`
}
