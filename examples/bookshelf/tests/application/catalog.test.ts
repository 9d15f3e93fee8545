import { given } from 'proteanjs/testing'
import { expect, test } from 'vitest'
import { BookAdded, BookRepriced } from '../../src/catalog/book.ts'
import { BookCatalog } from '../../src/catalog/book-catalog.ts'

const added = new BookAdded({ bookId: 'dune', title: 'Dune', author: 'Frank Herbert', price: 15.99 })

test('a book that was added is in the catalog', async () => {
  const entry = await given(added).then(BookCatalog, { id: 'dune' })
  entry.has({ title: 'Dune', author: 'Frank Herbert', price: 15.99, copiesSold: 0 })
})

// #region projection
test('the catalog follows the price', async () => {
  const entry = await given(added, new BookRepriced({ bookId: 'dune', price: 9.99 })).then(BookCatalog, { id: 'dune' })
  expect(entry.price).toBe(9.99)
})
// #endregion projection

test('a book that was not added is not', async () => {
  const entry = await given(added).then(BookCatalog, { title: 'Emma' })
  expect(entry.notFound).toBe(true)
})
