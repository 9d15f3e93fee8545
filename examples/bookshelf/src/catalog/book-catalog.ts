import { field } from 'proteanjs'
import { domain } from '../domain.ts'
import { Order, OrderConfirmed } from '../ordering/order.ts'
import { Book, BookAdded, BookRepriced } from './book.ts'

/** What customers browse: kept up to date from events, read as it is. */
export class BookCatalog extends domain.projection('BookCatalog', {
  bookId: field.identifier({ identifier: true }),
  title: field.string({ required: true }),
  author: field.string({ required: true }),
  price: field.float({ required: true }),
  copiesSold: field.integer({ default: 0 }),
}) {}

export const bookCatalog = domain
  .projector('BookCatalogProjector', { projectorFor: BookCatalog, aggregates: [Book, Order] })
  .on(BookAdded, async ({ bookId, title, author, price }) => {
    await domain.repositoryFor(BookCatalog).add(new BookCatalog({ bookId, title, author, price }))
  })
  .on(BookRepriced, async ({ bookId, price }) => {
    const entries = domain.repositoryFor(BookCatalog)
    const entry = await entries.get(bookId)
    entry.price = price
    await entries.add(entry)
  })
  .on(OrderConfirmed, async ({ lines }) => {
    const entries = domain.repositoryFor(BookCatalog)
    for (const { bookId, quantity } of lines) {
      const entry = await entries.get(bookId)
      entry.copiesSold += quantity
      await entries.add(entry)
    }
  })

export class BooksBy extends domain.query(
  'BooksBy',
  { author: field.string({ required: true }) },
  { partOf: BookCatalog, returns: [BookCatalog] },
) {}

export const catalogQueries = domain.queryHandler('CatalogQueryHandler', { partOf: BookCatalog }).handle(BooksBy, async ({ author }) => {
  const { items } = await domain.viewFor(BookCatalog).query.filter({ author }).orderBy('title').all()
  return items
})
