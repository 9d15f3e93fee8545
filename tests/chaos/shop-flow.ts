import type { Domain } from 'proteanjs'
import { field } from 'proteanjs'
import type { Recorded } from './recorded-effects.ts'
import { poisonField } from './recorded-effects.ts'

/** Orders take from a stock that all of them share, by way of event handlers; a board shows what became of them. */
export function declareShop(domain: Domain, recorded: Recorded) {
  const order = {
    orderId: field.identifier({ required: true }),
    sku: field.identifier({ required: true }),
    quantity: field.integer({ required: true }),
    ...poisonField,
  }
  const decision = { orderId: field.identifier({ required: true }), ...poisonField }

  class StockReserved extends domain.event('StockReserved', order, { partOf: 'Stock' }) {}
  class StockRefused extends domain.event('StockRefused', order, { partOf: 'Stock' }) {}

  class Stock extends domain.aggregate('Stock', {
    sku: field.identifier({ identifier: true }),
    available: field.integer({ required: true }),
  }) {
    reserve(quantity: number, about: { orderId: string; poison: string | undefined }) {
      const wanted = { sku: this.sku, quantity, ...about }
      if (quantity > this.available) {
        this.raise(new StockRefused(wanted))
        return
      }
      this.available -= quantity
      this.raise(new StockReserved(wanted))
    }
  }

  class OrderPlaced extends domain.event('OrderPlaced', order, { partOf: 'Order' }) {}
  class OrderConfirmed extends domain.event('OrderConfirmed', decision, { partOf: 'Order' }) {}
  class OrderRejected extends domain.event('OrderRejected', decision, { partOf: 'Order' }) {}

  class Order extends domain.aggregate('Order', {
    orderId: field.identifier({ identifier: true }),
    status: field.status(['placed', 'confirmed', 'rejected'] as const, {
      default: 'placed',
      transitions: { placed: ['confirmed', 'rejected'] },
    }),
  }) {
    decide(status: 'confirmed' | 'rejected', poison: string | undefined) {
      this.status = status
      const about = { orderId: this.orderId, poison }
      this.raise(status === 'confirmed' ? new OrderConfirmed(about) : new OrderRejected(about))
    }
  }

  class PlaceOrder extends domain.command('PlaceOrder', { ...order, orderId: field.identifier({ identifier: true }) }, { partOf: Order }) {}

  domain.commandHandler('Orders', { partOf: Order }).handle(PlaceOrder, ({ orderId, sku, quantity, poison }) =>
    recorded('Orders', poison, async () => {
      const placed = new Order({ orderId })
      placed.raise(new OrderPlaced({ orderId, sku, quantity, poison }))
      await domain.repositoryFor(Order).add(placed)
    }),
  )

  domain.eventHandler('Reservations', { partOf: Stock }).handle(OrderPlaced, ({ orderId, sku, quantity, poison }) =>
    recorded('Reservations', poison, async () => {
      const stocks = domain.repositoryFor(Stock)
      const stock = await stocks.get(sku)
      stock.reserve(quantity, { orderId, poison })
      await stocks.add(stock)
    }),
  )

  const decide = async (orderId: string, status: 'confirmed' | 'rejected', poison: string | undefined) => {
    const orders = domain.repositoryFor(Order)
    const placed = await orders.get(orderId)
    placed.decide(status, poison)
    await orders.add(placed)
  }
  domain
    .eventHandler('OrderDecisions', { partOf: Order })
    .handle(StockReserved, ({ orderId, poison }) => recorded('OrderDecisions', poison, () => decide(orderId, 'confirmed', poison)))
    .handle(StockRefused, ({ orderId, poison }) => recorded('OrderDecisions', poison, () => decide(orderId, 'rejected', poison)))

  class BoardEntry extends domain.projection('BoardEntry', {
    orderId: field.identifier({ identifier: true }),
    status: field.string({ required: true }),
  }) {}

  const show = async (orderId: string, status: string) => {
    const entries = domain.repositoryFor(BoardEntry)
    const entry = (await entries.find(orderId)) ?? new BoardEntry({ orderId, status })
    entry.status = status
    await entries.add(entry)
  }
  domain
    .projector('OrderBoard', { projectorFor: BoardEntry, aggregates: [Order] })
    .on(OrderPlaced, ({ orderId, poison }) => recorded('OrderBoard', poison, () => show(orderId, 'placed')))
    .on(OrderConfirmed, ({ orderId, poison }) => recorded('OrderBoard', poison, () => show(orderId, 'confirmed')))
    .on(OrderRejected, ({ orderId, poison }) => recorded('OrderBoard', poison, () => show(orderId, 'rejected')))

  return { Stock, PlaceOrder }
}
