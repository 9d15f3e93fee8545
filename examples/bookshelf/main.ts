/** The bookshelf at work: commands, what they lead to, and what is refused. Run it with `npm run example`. */
import { ValidationError } from 'proteanjs'
import { BookCatalog } from './src/catalog/book-catalog.ts'
import { AddBook, RepriceBook } from './src/catalog/book-commands.ts'
import { Customer } from './src/customers/customer.ts'
import { RegisterCustomer } from './src/customers/customer-commands.ts'
import { domain } from './src/domain.ts'
import { Inventory } from './src/inventory/inventory.ts'
import { StockBook } from './src/inventory/inventory-commands.ts'
import { Order } from './src/ordering/order.ts'
import { ConfirmOrder, PlaceOrder } from './src/ordering/order-commands.ts'

await domain.init()

step('Two books join the catalog, and copies of them the stock')
const dune = await domain.process(new AddBook({ title: 'Dune', author: 'Frank Herbert', amount: 15.99 }))
const gatsby = await domain.process(new AddBook({ title: 'The Great Gatsby', author: 'F. Scott Fitzgerald', amount: 12.99 }))
await domain.process(new StockBook({ bookId: dune, copies: 10 }))
await domain.process(new StockBook({ bookId: gatsby, copies: 1 }))
await tell('in stock', stockOf)

step('Alice orders 2 copies of Dune')
const alice = await domain.process(new RegisterCustomer({ name: 'Alice' }))
const order = await domain.process(new PlaceOrder({ customerId: alice, lines: [{ bookId: dune, quantity: 2 }] }))
await tell('her order', () => statusOf(order))

step('The order is confirmed: one command, and everything that reacts to it')
await domain.process(new ConfirmOrder({ orderId: order }))
await tell('her order', () => statusOf(order))
await tell('in stock', stockOf)
await tell('her history', async () => `${(await domain.repositoryFor(Customer).get(alice)).orderIds.length} order`)

step('She orders 2 copies of The Great Gatsby, of which there is 1: refused, and nothing has changed')
const tooMuch = await domain.process(new PlaceOrder({ customerId: alice, lines: [{ bookId: gatsby, quantity: 2 }] }))
try {
  await domain.process(new ConfirmOrder({ orderId: tooMuch }))
} catch (error) {
  if (!(error instanceof ValidationError)) throw error
  say(`${error.name}: ${error.message}`)
}
await tell('her order', () => statusOf(tooMuch))
await tell('in stock', stockOf)

step('A command with nothing right in it: every problem at once')
try {
  await domain.process(new AddBook({ title: '', author: 'x'.repeat(300), amount: Number.NaN }))
} catch (error) {
  if (!(error instanceof ValidationError)) throw error
  for (const { path, message } of error.issues) say(`${path} ${message}`)
}

step('Dune gets cheaper')
await domain.process(new RepriceBook({ bookId: dune, amount: 9.99 }))
await tell('in the catalog', async () => `${(await domain.viewFor(BookCatalog).get(dune)).price}`)

step('What happened, as it is stored')
const { messages } = await domain.eventStore.readAll({ limit: 100 })
table(messages.filter(({ kind }) => kind === 'EVENT').map(({ type, data }) => ({ event: type, data: JSON.stringify(data, withoutIds) })))

step('The catalog that customers see, kept up to date by these events')
const { items: entries } = await domain.viewFor(BookCatalog).query.orderBy('title').all()
table(entries.map(({ title, author, price, copiesSold }) => ({ title, author, price: price.toFixed(2), sold: String(copiesSold) })))

await domain.close()

async function stockOf(): Promise<string> {
  const inventories = domain.repositoryFor(Inventory)
  const [ofDune, ofGatsby] = [await inventories.get(dune), await inventories.get(gatsby)]
  return `${ofDune.quantity} × Dune, ${ofGatsby.quantity} × The Great Gatsby`
}

async function statusOf(orderId: string): Promise<string> {
  return (await domain.repositoryFor(Order).get(orderId)).status
}

/** Identities tell a reader nothing. */
function withoutIds(name: string, value: unknown): unknown {
  return name.endsWith('Id') ? undefined : value
}

function step(title: string): void {
  console.log(`\n● ${title}`)
}

function say(line: string): void {
  console.log(`  ${line}`)
}

async function tell(name: string, value: () => Promise<string>): Promise<void> {
  say(`${name}: ${await value()}`)
}

function table(rows: readonly Readonly<Record<string, string>>[]): void {
  const names = Object.keys(rows[0] ?? {})
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => row[name]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    say(
      cells
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('   ')
        .trimEnd(),
    )
  line(names)
  line(widths.map((width) => '─'.repeat(width)))
  for (const row of rows) line(names.map((name) => row[name] ?? ''))
}
