// #region domain
import { Domain, field } from 'proteanjs'

const domain = new Domain('shop', { config: { commandProcessing: 'sync', eventProcessing: 'sync' } })

class OrderPlaced extends domain.event(
  'OrderPlaced',
  { orderId: field.identifier({ required: true }), total: field.float({ required: true }) },
  { partOf: 'Order' },
) {}

class Order extends domain.aggregate('Order', {
  customerId: field.identifier({ required: true }),
  status: field.status(['draft', 'placed'] as const, { default: 'draft', transitions: { draft: ['placed'] } }),
  total: field.float({ default: 0, min: 0 }),
}) {
  static {
    this.invariant('an order that is placed has a total', (order) => order.status === 'draft' || order.total > 0, { field: 'total' })
  }

  place() {
    this.status = 'placed'
    this.raise(new OrderPlaced({ orderId: this.id, total: this.total }))
  }
}
// #endregion domain

// #region flow
class PlaceOrder extends domain.command(
  'PlaceOrder',
  { customerId: field.identifier({ required: true }), total: field.float({ required: true }) },
  { partOf: Order, returns: field.identifier() },
) {}

domain.commandHandler('OrderCommandHandler', { partOf: Order }).handle(PlaceOrder, async ({ customerId, total }) => {
  const order = new Order({ customerId, total })
  order.place()
  await domain.repositoryFor(Order).add(order)
  return order.id
})

class Sales extends domain.projection('Sales', {
  day: field.identifier({ identifier: true }),
  orders: field.integer({ default: 0 }),
  turnover: field.float({ default: 0 }),
}) {}

domain.projector('SalesProjector', { projectorFor: Sales, aggregates: [Order] }).on(OrderPlaced, async ({ total }, message) => {
  const day = message.time.toISOString().slice(0, 10)
  const sales = (await domain.repositoryFor(Sales).find(day)) ?? new Sales({ day })
  sales.orders += 1
  sales.turnover += total
  await domain.repositoryFor(Sales).add(sales)
})
// #endregion flow

// #region run
await domain.init()
const orderId = await domain.process(new PlaceOrder({ customerId: 'alice', total: 99.95 }))
const [today] = (await domain.viewFor(Sales).query.all()).items
console.log(`order ${orderId}: ${today?.orders} sold for ${today?.turnover}`)

try {
  await domain.process(new PlaceOrder({ customerId: 'bob', total: 0 }))
} catch (error) {
  console.log(String(error)) // ValidationError: Order is not valid: total: an order that is placed has a total
}
await domain.close()
// #endregion run
