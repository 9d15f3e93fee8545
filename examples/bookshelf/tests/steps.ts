import type { DataTable } from 'quickpickle'
import { Given, Then, When } from 'quickpickle'
import { expect } from 'vitest'
import { Book } from '../src/catalog/book.ts'
import { BookCatalog, BooksBy } from '../src/catalog/book-catalog.ts'
import { AddBook, RepriceBook } from '../src/catalog/book-commands.ts'
import { Customer } from '../src/customers/customer.ts'
import { RegisterCustomer } from '../src/customers/customer-commands.ts'
import { domain } from '../src/domain.ts'
import { Inventory } from '../src/inventory/inventory.ts'
import { Money } from '../src/money.ts'
import { Order } from '../src/ordering/order.ts'
import { ConfirmOrder, PlaceOrder } from '../src/ordering/order-commands.ts'

/** What the steps of one scenario tell each other. */
interface World {
  bookId: string
  customerId: string
  orderId: string
  book: Book
  failure?: unknown
}

Given('the domain is initialized', () => {})

// #region given
Given('a book {string} is added to the catalog at {float}', async (world: World, title: string, amount: number) => {
  world.bookId = await domain.process(new AddBook({ title, author: 'Test Author', amount }))
})
// #endregion given
// #region table
Given('these books are added to the catalog:', async (_world: World, books: DataTable) => {
  for (const { title = '', author = '', price } of books.hashes())
    await domain.process(new AddBook({ title, author, amount: Number(price) }))
})
// #endregion table
Given('the book has {int} copies in stock', async (world: World, quantity: number) => {
  await domain.repositoryFor(Inventory).add(new Inventory({ bookId: world.bookId, quantity }))
})
Given('a customer {string} exists', async (world: World, name: string) => {
  world.customerId = await domain.process(new RegisterCustomer({ name }))
})

When('the price of {string} becomes {float}', async (world: World, _title: string, amount: number) => {
  await domain.process(new RepriceBook({ bookId: world.bookId, amount }))
})
// #region steps
When('{string} places an order for {int} copies of {string}', async (world: World, _name: string, quantity: number) => {
  world.orderId = await domain.process(new PlaceOrder({ customerId: world.customerId, lines: [{ bookId: world.bookId, quantity }] }))
})
// #endregion steps
// #region refused
When('the order is fulfilled', async (world: World) => {
  try {
    await domain.process(new ConfirmOrder({ orderId: world.orderId }))
  } catch (error) {
    world.failure = error
  }
})
// #endregion refused

Then('the order status should be {string}', async (world: World, status: string) => {
  expect((await domain.repositoryFor(Order).get(world.orderId)).status).toBe(status)
})
Then('{string} should have {int} copies in stock', async (world: World, _title: string, quantity: number) => {
  expect((await domain.repositoryFor(Inventory).get(world.bookId)).quantity).toBe(quantity)
})
Then('the catalog projection should show {int} copies sold for {string}', async (world: World, sold: number, title: string) => {
  expect(await domain.viewFor(BookCatalog).get(world.bookId)).toMatchObject({ title, copiesSold: sold })
})
Then('the catalog should show {string} at {float}', async (world: World, title: string, price: number) => {
  expect(await domain.viewFor(BookCatalog).get(world.bookId)).toMatchObject({ title, price })
})
Then('the books by {string} should be:', async (_world: World, author: string, books: DataTable) => {
  const found = await domain.dispatch(new BooksBy({ author }))
  expect(found.map(({ title }) => title)).toEqual(books.hashes().map(({ title }: Record<string, string>) => title))
})
Then('{string} should have {int} orders in their history', async (world: World, _name: string, count: number) => {
  expect((await domain.repositoryFor(Customer).get(world.customerId)).orderIds).toHaveLength(count)
})
Then('the fulfilment should fail with {string}', (world: World, text: string) => {
  expect(world.failure).toMatchObject({ message: expect.stringContaining(text) })
})

// #region persistence
Given('a book {string} by {string} at {float}', (world: World, title: string, author: string, amount: number) => {
  world.book = Book.add(title, author, amount, ['classic'])
})
async function persist(world: World) {
  await domain.repositoryFor(Book).add(world.book)
}
Given('the book is persisted', persist)
When('the book price is updated to {float}', (world: World, amount: number) => {
  world.book.reprice(amount)
})
When('the book is persisted and reloaded', async (world: World) => {
  await persist(world)
  world.book = await domain.repositoryFor(Book).get(world.book.id)
})
// #endregion persistence
Then('the reloaded book should have title {string}', (world: World, title: string) => {
  expect(world.book.title).toBe(title)
  expect(world.book.tags).toEqual(['classic'])
})
Then('the reloaded book should have price {float}', (world: World, amount: number) => {
  expect(world.book.price.equals(new Money({ amount }))).toBe(true)
})
