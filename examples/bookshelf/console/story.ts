/** The bookshelf at work: commands, what they lead to, and what is refused. */
import { ValidationError } from 'proteanjs'
import { BookCatalog } from '../src/catalog/book-catalog.ts'
import { AddBook, RepriceBook } from '../src/catalog/book-commands.ts'
import { RegisterCustomer } from '../src/customers/customer-commands.ts'
import { domain } from '../src/domain.ts'
import { Inventory } from '../src/inventory/inventory.ts'
import { StockBook } from '../src/inventory/inventory-commands.ts'
import { Order } from '../src/ordering/order.ts'
import { ConfirmOrder, PlaceOrder } from '../src/ordering/order-commands.ts'
import { say, step, table } from './printing.ts'

export async function workOnTheShelf(): Promise<void> {
  const begin = await domain.eventStore.head()
  const { dune, gatsby } = await theBooks()
  const stock = async () => say(`in stock: ${await copiesOf(dune)} × Dune, ${await copiesOf(gatsby)} × The Great Gatsby`)
  await stock()

  step('Alice orders 2 copies of Dune. The order is confirmed: one command, and everything that reacts to it')
  const alice = await domain.process(new RegisterCustomer({ name: 'Alice' }))
  const order = await domain.process(new PlaceOrder({ customerId: alice, lines: [{ bookId: dune, quantity: 2 }] }))
  await domain.process(new ConfirmOrder({ orderId: order }))
  await stock()
  say(`her order: ${await statusOf(order)}`)

  step('She orders 2 copies of The Great Gatsby, of which there is 1: refused, and nothing has changed')
  const tooMuch = await domain.process(new PlaceOrder({ customerId: alice, lines: [{ bookId: gatsby, quantity: 2 }] }))
  await refused(() => domain.process(new ConfirmOrder({ orderId: tooMuch })))
  await stock()
  say(`her order: ${await statusOf(tooMuch)}`)

  step('A command with nothing right in it: every problem at once')
  await refused(() => domain.process(new AddBook({ title: '', author: 'x'.repeat(300), amount: Number.NaN })))

  step('Dune gets another price')
  const { price: before } = await domain.viewFor(BookCatalog).get(dune)
  await domain.process(new RepriceBook({ bookId: dune, amount: before === 15.99 ? 9.99 : 15.99 }))
  say(`in the catalog: ${before}, then ${(await domain.viewFor(BookCatalog).get(dune)).price}`)

  step('What happened in this run, as it is stored')
  const { messages } = await domain.eventStore.readAll({ limit: 100, ...(begin === undefined ? {} : { after: begin }) })
  table(messages.filter(({ kind }) => kind === 'EVENT').map(({ type, data }) => ({ event: type, data: JSON.stringify(data, withoutIds) })))

  step('The catalog that customers see, kept up to date by these events')
  const { items } = await domain.viewFor(BookCatalog).query.orderBy('title').all()
  table(items.map(({ title, author, price, copiesSold }) => ({ title, author, price: price.toFixed(2), sold: String(copiesSold) })))
}

/** The two books that this is about: added where they are missing, with a delivery of copies when the last ones of Dune are gone. */
async function theBooks(): Promise<{ dune: string; gatsby: string }> {
  const [knownDune, knownGatsby] = [await idOf('Dune'), await idOf('The Great Gatsby')]
  if (knownDune === undefined || knownGatsby === undefined) step('Two books join the catalog, and copies of them the stock')
  const dune = knownDune ?? (await domain.process(new AddBook({ title: 'Dune', author: 'Frank Herbert', amount: 15.99 })))
  const gatsby =
    knownGatsby ?? (await domain.process(new AddBook({ title: 'The Great Gatsby', author: 'F. Scott Fitzgerald', amount: 12.99 })))
  if ((await copiesOf(dune)) < 2) await domain.process(new StockBook({ bookId: dune, copies: 4 }))
  if ((await copiesOf(gatsby)) < 1) await domain.process(new StockBook({ bookId: gatsby, copies: 1 }))
  return { dune, gatsby }
}

async function idOf(title: string): Promise<string | undefined> {
  return (await domain.viewFor(BookCatalog).query.filter({ title }).first())?.bookId
}

async function copiesOf(bookId: string): Promise<number> {
  return (await domain.repositoryFor(Inventory).find(bookId))?.quantity ?? 0
}

async function statusOf(orderId: string): Promise<string> {
  return (await domain.repositoryFor(Order).get(orderId)).status
}

async function refused(act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error
    for (const { path, message } of error.issues) say(`${error.name}: ${path} ${message}`)
  }
}

/** Identities tell a reader nothing. */
function withoutIds(name: string, value: unknown): unknown {
  return name.endsWith('Id') ? undefined : value
}
