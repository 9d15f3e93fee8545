import type { DomainOptions } from 'proteanjs'
import { field } from 'proteanjs'
import { makeShop } from '../support/shop.ts'

/** The shop with reactions to its orders: a dashboard, and stock that is taken when there is any. */
export function makeShopWithDashboard(options: DomainOptions = {}) {
  const shop = makeShop(options)
  const { domain, OrderPlaced, OrderNoted, Stock } = shop

  class Dashboard extends domain.projection('Dashboard', {
    orderId: field.identifier({ identifier: true }),
    sku: field.string(),
    quantity: field.integer(),
    notes: field.list(field.string()),
    since: field.dateTime(),
  }) {
    get isBig() {
      return (this.quantity ?? 0) >= 10
    }
  }

  domain
    .projector('DashboardProjector', { projectorFor: Dashboard })
    .on(OrderPlaced, async ({ orderId, sku, quantity }) => {
      if (sku === 'cursed') throw new Error('the dashboard cannot take it')
      await domain.repositoryFor(Dashboard).add(new Dashboard({ orderId, sku, quantity }))
    })
    .on(OrderNoted, async ({ orderId, note }) => {
      const dashboards = domain.repositoryFor(Dashboard)
      const dashboard = await dashboards.find(orderId)
      if (dashboard === undefined) return
      dashboard.notes = [...dashboard.notes, note ?? '']
      await dashboards.add(dashboard)
    })

  domain.eventHandler('TakeStock', { partOf: Stock }).handle(OrderPlaced, async ({ sku, quantity }) => {
    const stocks = domain.repositoryFor(Stock)
    const stock = await stocks.find(sku)
    if (stock === undefined) return
    stock.take(quantity)
    await stocks.add(stock)
  })

  class Take extends domain.command(
    'Take',
    { sku: field.identifier({ required: true }), quantity: field.integer({ required: true }) },
    { partOf: 'Stock' },
  ) {}

  domain.commandHandler('StockCommands', { partOf: Stock }).handle(Take, async ({ sku, quantity }) => {
    const stocks = domain.repositoryFor(Stock)
    const stock = await stocks.get(sku)
    stock.take(quantity)
    await stocks.add(stock)
  })

  return { ...shop, Dashboard, Take }
}

export type ShopWithDashboard = ReturnType<typeof makeShopWithDashboard>
