import { field } from 'proteanjs'
import { domain } from '../domain.ts'

export class CopiesTaken extends domain.event(
  'CopiesTaken',
  {
    bookId: field.identifier({ required: true }),
    copies: field.integer({ required: true }),
    left: field.integer({ required: true }),
  },
  { partOf: 'Inventory' },
) {}

export class Inventory extends domain.aggregate('Inventory', {
  bookId: field.identifier({ identifier: true }),
  quantity: field.integer({ default: 0 }),
}) {
  static {
    this.invariant('not enough copies in stock', (inventory) => inventory.quantity >= 0, { field: 'quantity' })
  }

  take(copies: number) {
    this.quantity -= copies
    this.raise(new CopiesTaken({ bookId: this.bookId, copies, left: this.quantity }))
  }

  restock(copies: number) {
    this.quantity += copies
  }
}
