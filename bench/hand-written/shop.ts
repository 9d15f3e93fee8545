import { randomUUID } from 'node:crypto'
import { Invalid } from './invalid.ts'

interface InventoryRow {
  readonly productId: string
  readonly available: number
  readonly reserved: number
  readonly version: number
}

interface StockRow {
  readonly productId: string
  readonly remaining: number
  readonly reservations: number
}

interface Recorded {
  readonly id: string
  readonly type: string
  readonly stream: string
  readonly time: Date
  readonly correlationId: string
  readonly causationId: string | undefined
  readonly data: object
}

class Inventory {
  readonly productId: string
  readonly version: number
  readonly events: { readonly productId: string; readonly quantity: number; readonly remaining: number }[] = []
  available: number
  reserved: number

  constructor({ productId, available, reserved, version }: InventoryRow) {
    this.productId = productId
    this.available = available
    this.reserved = reserved
    this.version = version
  }

  reserve(quantity: number): void {
    if (this.available < quantity) throw new Invalid([{ path: 'available', message: 'not more is reserved than there is' }])
    this.available -= quantity
    this.reserved += quantity
    this.events.push({ productId: this.productId, quantity, remaining: this.available })
  }
}

/** What somebody writes who wants a command, an aggregate with versions, an event log and a read model, all in memory. */
export class HandWrittenShop {
  readonly #inventories = new Map<string, InventoryRow>()
  readonly #stocks = new Map<string, StockRow>()
  readonly #log: Recorded[] = []
  readonly #streams = new Map<string, Recorded[]>()

  constructor(stored: number) {
    for (let number = 0; number < stored; number += 1) {
      const productId = `product-${number}`
      this.#inventories.set(productId, { productId, available: 1_000_000_000, reserved: 0, version: 0 })
      this.#stocks.set(productId, { productId, remaining: 0, reservations: 0 })
    }
  }

  readonly reserve = async (productId: string, quantity: number): Promise<number> => {
    if (typeof productId !== 'string' || productId === '') throw new Invalid([{ path: 'productId', message: 'is required' }])
    if (!Number.isSafeInteger(quantity) || quantity < 1) throw new Invalid([{ path: 'quantity', message: 'must be at least 1' }])
    const correlationId = randomUUID()
    const command = this.#record('Reserve', `inventory:command-${productId}`, correlationId, undefined, { productId, quantity })
    const inventory = await this.#load(productId)
    inventory.reserve(quantity)
    await this.#save(inventory, [command])
    for (const event of inventory.events) {
      const recorded = this.#record('Reserved', `inventory-${productId}`, correlationId, command.id, event)
      this.#append(recorded)
      await this.#project(event)
    }
    return inventory.available
  }

  async #load(productId: string): Promise<Inventory> {
    const row = this.#inventories.get(productId)
    if (row === undefined) throw new Error(`there is no ${productId}`)
    return new Inventory(row)
  }

  async #save({ productId, available, reserved, version }: Inventory, messages: readonly Recorded[]): Promise<void> {
    if (this.#inventories.get(productId)?.version !== version) throw new Error(`${productId} was changed meanwhile`)
    this.#inventories.set(productId, { productId, available, reserved, version: version + 1 })
    for (const message of messages) this.#append(message)
  }

  async #project({ productId, remaining }: { readonly productId: string; readonly remaining: number }): Promise<void> {
    const row = this.#stocks.get(productId)
    if (row === undefined) throw new Error(`there is no ${productId}`)
    this.#stocks.set(productId, { productId, remaining, reservations: row.reservations + 1 })
  }

  #record(type: string, stream: string, correlationId: string, causationId: string | undefined, data: object): Recorded {
    return { id: randomUUID(), type, stream, time: new Date(), correlationId, causationId, data: Object.freeze({ ...data }) }
  }

  #append(message: Recorded): void {
    this.#log.push(message)
    const stream = this.#streams.get(message.stream)
    if (stream === undefined) this.#streams.set(message.stream, [message])
    else stream.push(message)
  }
}
