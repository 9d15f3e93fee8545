import { field } from 'proteanjs'
import { domain } from '../domain.ts'
import { Inventory } from '../inventory/inventory.ts'
import { fulfil } from './fulfilment.ts'
import { Order, OrderLine } from './order.ts'

export class PlaceOrder extends domain.command(
  'PlaceOrder',
  {
    customerId: field.identifier({ required: true }),
    lines: field.list(field.dict<{ bookId: string; quantity: number }>(), { required: true }),
  },
  { partOf: Order, returns: field.identifier() },
) {}

export class ConfirmOrder extends domain.command('ConfirmOrder', { orderId: field.identifier({ required: true }) }, { partOf: Order }) {}

export class ShipOrder extends domain.command('ShipOrder', { orderId: field.identifier({ required: true }) }, { partOf: Order }) {}

export const orderCommands = domain
  .commandHandler('OrderCommandHandler', { partOf: Order })
  .handle(PlaceOrder, async ({ customerId, lines }) => {
    const order = new Order({ customerId, lines: lines.map((line) => new OrderLine(line)) })
    await domain.repositoryFor(Order).add(order)
    return order.id
  })
  .handle(ConfirmOrder, async ({ orderId }) => {
    const orders = domain.repositoryFor(Order)
    const inventories = domain.repositoryFor(Inventory)
    const order = await orders.get(orderId)
    const { items: stock } = await inventories.query.filter({ bookId: { in: order.lines.map(({ bookId }) => bookId) } }).all()
    fulfil(order, stock)
    await orders.add(order)
    for (const inventory of stock) await inventories.add(inventory)
  })
  .handle(ShipOrder, async ({ orderId }) => {
    const orders = domain.repositoryFor(Order)
    const order = await orders.get(orderId)
    order.ship()
    await orders.add(order)
  })
