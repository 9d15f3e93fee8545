import { InvalidOperationError } from 'proteanjs'
import { domain } from '../domain.ts'
import { Inventory } from '../inventory/inventory.ts'
import { Order } from './order.ts'

/**
 * Confirms an order and takes its copies out of the stock. It concerns several aggregates, so it is a domain service: should one rule of one of them be
 * broken, none has changed.
 */
export const fulfil = domain.domainService(
  'Fulfilment',
  { partOf: [Order, Inventory] },
  (order: Order, inventories: readonly Inventory[]) => {
    for (const { bookId, quantity } of order.lines) {
      const inventory = inventories.find((one) => one.bookId === bookId)
      if (inventory === undefined) throw new InvalidOperationError(`book ${bookId} was never in stock`)
      inventory.take(quantity)
    }
    order.confirm()
  },
)
