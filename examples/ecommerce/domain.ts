import { Domain, field } from 'proteanjs'

/** Without `root` there is no file to read and no folder to look for modules in: everything is declared here. */
export const domain = new Domain('ecommerce')

export class OrderPlaced extends domain.event(
  'OrderPlaced',
  {
    orderId: field.identifier({ required: true }),
    customerId: field.identifier({ required: true }),
    productId: field.identifier({ required: true }),
    total: field.float({ required: true }),
  },
  { partOf: 'Order' },
) {}

export class OrderCancelled extends domain.event(
  'OrderCancelled',
  { orderId: field.identifier({ required: true }), reason: field.string({ required: true }) },
  { partOf: 'Order' },
) {}

export class StockReserved extends domain.event(
  'StockReserved',
  {
    productId: field.identifier({ required: true }),
    orderId: field.identifier({ required: true }),
    remaining: field.integer({ required: true }),
  },
  { partOf: 'Inventory' },
) {}

export class StockRanOut extends domain.event(
  'StockRanOut',
  { productId: field.identifier({ required: true }), orderId: field.identifier({ required: true }) },
  { partOf: 'Inventory' },
) {}

export class Order extends domain.aggregate('Order', {
  orderId: field.auto({ identifier: true }),
  customerId: field.identifier({ required: true }),
  productId: field.identifier({ required: true }),
  status: field.status(['draft', 'placed', 'cancelled'] as const, {
    default: 'draft',
    transitions: { draft: ['placed'], placed: ['cancelled'] },
  }),
  total: field.float({ default: 0 }),
}) {
  static {
    this.invariant('total cannot be negative', (order) => order.total >= 0, { field: 'total' })
  }

  place() {
    this.status = 'placed'
    this.raise(new OrderPlaced({ orderId: this.orderId, customerId: this.customerId, productId: this.productId, total: this.total }))
  }

  cancel(reason: string) {
    this.status = 'cancelled'
    this.raise(new OrderCancelled({ orderId: this.orderId, reason }))
  }
}

export class Inventory extends domain.aggregate('Inventory', {
  productId: field.identifier({ identifier: true }),
  available: field.integer({ default: 0, min: 0 }),
}) {
  /** Running out is no error: it is something that happens, and others react to it. */
  reserve(orderId: string) {
    const { productId } = this
    if (this.available === 0) {
      this.raise(new StockRanOut({ productId, orderId }))
      return
    }
    this.available -= 1
    this.raise(new StockReserved({ productId, orderId, remaining: this.available }))
  }
}

export class PlaceOrder extends domain.command(
  'PlaceOrder',
  {
    orderId: field.identifier({ required: true }),
    customerId: field.identifier({ required: true }),
    productId: field.identifier({ required: true }),
    total: field.float({ required: true }),
  },
  { partOf: 'Order', returns: field.identifier() },
) {}

export const orderCommands = domain.commandHandler('OrderCommandHandler', { partOf: Order }).handle(PlaceOrder, async (command) => {
  const order = new Order(command.payload)
  order.place()
  await domain.repositoryFor(Order).add(order)
  return order.orderId
})

export const inventoryEvents = domain
  .eventHandler('InventoryEventHandler', { partOf: Inventory })
  .handle(OrderPlaced, async ({ orderId, productId }) => {
    const inventories = domain.repositoryFor(Inventory)
    const inventory = await inventories.find(productId)
    if (inventory === undefined) return
    inventory.reserve(orderId)
    await inventories.add(inventory)
  })

export const orderEvents = domain.eventHandler('OrderEventHandler', { partOf: Order }).handle(StockRanOut, async ({ orderId }) => {
  const orders = domain.repositoryFor(Order)
  const order = await orders.get(orderId)
  order.cancel('out of stock')
  await orders.add(order)
})

export class OrderDashboard extends domain.projection('OrderDashboard', {
  orderId: field.identifier({ identifier: true }),
  customerId: field.identifier(),
  status: field.string(),
  total: field.float(),
}) {}

export const dashboards = domain
  .projector('OrderDashboardProjector', { projectorFor: OrderDashboard, aggregates: [Order] })
  .on(OrderPlaced, async ({ orderId, customerId, total }) => {
    await domain.repositoryFor(OrderDashboard).add(new OrderDashboard({ orderId, customerId, status: 'placed', total }))
  })
  .on(OrderCancelled, async ({ orderId }) => {
    const entries = domain.repositoryFor(OrderDashboard)
    const entry = await entries.get(orderId)
    entry.status = 'cancelled'
    await entries.add(entry)
  })
