import { field } from 'proteanjs'
import { domain } from '../domain.ts'
import { Inventory } from './inventory.ts'

export class StockBook extends domain.command(
  'StockBook',
  { bookId: field.identifier({ required: true }), copies: field.integer({ required: true, min: 1 }) },
  { partOf: Inventory },
) {}

export const inventoryCommands = domain
  .commandHandler('InventoryCommandHandler', { partOf: Inventory })
  .handle(StockBook, async ({ bookId, copies }) => {
    const inventories = domain.repositoryFor(Inventory)
    const inventory = (await inventories.find(bookId)) ?? new Inventory({ bookId })
    inventory.restock(copies)
    await inventories.add(inventory)
  })
