/**
 * The whole path in memory, on one core: `process` → handler → repository → aggregate → event → projector, with 1 to 100,000 stored aggregates.
 * Beside it the same written by hand: maps, an event log, no framework. Goal: 30,000 commands a second, whatever is stored.
 */
import { Domain, field } from 'proteanjs'
import { HandWrittenShop } from './hand-written/shop.ts'

const WARM_UP = 20_000
const COMMANDS = 60_000

const domain = new Domain('bench', { config: { commandProcessing: 'sync', eventProcessing: 'sync' } })

class Reserved extends domain.event(
  'Reserved',
  {
    productId: field.identifier({ required: true }),
    quantity: field.integer({ required: true }),
    remaining: field.integer({ required: true }),
  },
  { partOf: 'Inventory' },
) {}

class Inventory extends domain.aggregate('Inventory', {
  productId: field.identifier({ identifier: true }),
  available: field.integer({ default: 0, min: 0 }),
  reserved: field.integer({ default: 0, min: 0 }),
}) {
  static {
    this.invariant('not more is reserved than there is', (inventory) => inventory.available >= 0, { field: 'available' })
  }

  reserve(quantity: number): void {
    this.available -= quantity
    this.reserved += quantity
    this.raise(new Reserved({ productId: this.productId, quantity, remaining: this.available }))
  }
}

class Reserve extends domain.command(
  'Reserve',
  { productId: field.identifier({ required: true }), quantity: field.integer({ required: true, min: 1 }) },
  { partOf: 'Inventory', returns: field.integer() },
) {}

class Stock extends domain.projection('Stock', {
  productId: field.identifier({ identifier: true }),
  remaining: field.integer({ default: 0 }),
  reservations: field.integer({ default: 0 }),
}) {}

domain.commandHandler('InventoryCommands', { partOf: Inventory }).handle(Reserve, async (command) => {
  const inventories = domain.repositoryFor(Inventory)
  const inventory = await inventories.get(command.productId)
  inventory.reserve(command.quantity)
  await inventories.add(inventory)
  return inventory.available
})

domain.projector('StockProjector', { projectorFor: Stock, aggregates: [Inventory] }).on(Reserved, async (event) => {
  const stocks = domain.repositoryFor(Stock)
  const stock = await stocks.get(event.productId)
  stock.remaining = event.remaining
  stock.reservations += 1
  await stocks.add(stock)
})

interface Figures {
  /** A second of processor time, garbage collection on other threads included: other processes on the machine do not count. */
  readonly perSecond: number
  /** In microseconds. */
  readonly p50: number
  readonly p99: number
}

console.log('\nthe whole path, commands a second (p50, p99)\n')
console.log(`  ${'stored'.padStart(8)}  ${'proteanjs'.padEnd(34)}${'hand-written'.padEnd(34)}ratio`)
for (const stored of [1, 1_000, 10_000, 100_000]) {
  const ours = await measured(await withDomain(stored), stored)
  const byHand = await measured(new HandWrittenShop(stored).reserve, stored)
  const ratio = byHand.perSecond / ours.perSecond
  console.log(`  ${stored.toLocaleString('en').padStart(8)}  ${text(ours).padEnd(34)}${text(byHand).padEnd(34)}${ratio.toFixed(1)} x`)
}
await domain.close()

async function withDomain(stored: number): Promise<(productId: string, quantity: number) => Promise<unknown>> {
  await domain.init()
  for (const provider of domain.providers.values()) await provider.resetData()
  await domain.unitOfWork(async () => {
    for (let number = 0; number < stored; number += 1) {
      const productId = `product-${number}`
      await domain.repositoryFor(Inventory).add(new Inventory({ productId, available: 1_000_000_000 }))
    }
  })
  await domain.unitOfWork(async () => {
    for (let number = 0; number < stored; number += 1) await domain.repositoryFor(Stock).add(new Stock({ productId: `product-${number}` }))
  })
  return (productId, quantity) => domain.process(new Reserve({ productId, quantity }))
}

/** One command after the other, as one user of the process sees it, over all stored aggregates in turn. */
async function measured(reserve: (productId: string, quantity: number) => Promise<unknown>, stored: number): Promise<Figures> {
  const times = new Float64Array(COMMANDS)
  for (let number = 0; number < WARM_UP; number += 1) await reserve(`product-${number % stored}`, 1)
  globalThis.gc?.()
  const cpu = process.cpuUsage()
  for (let number = 0; number < COMMANDS; number += 1) {
    const before = performance.now()
    await reserve(`product-${number % stored}`, 1)
    times[number] = performance.now() - before
  }
  const { user, system } = process.cpuUsage(cpu)
  times.sort()
  const at = (share: number) => (times[Math.floor(COMMANDS * share)] ?? 0) * 1000
  return { perSecond: COMMANDS / ((user + system) / 1e6), p50: at(0.5), p99: at(0.99) }
}

function text({ perSecond, p50, p99 }: Figures): string {
  return `${Math.round(perSecond).toLocaleString('en').padStart(9)} (${p50.toFixed(1)} µs, ${p99.toFixed(1)} µs)`
}
