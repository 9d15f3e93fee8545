import { expect, test } from 'vitest'
import { Book } from '../../src/catalog/book.ts'
import { Money } from '../../src/money.ts'

// #region value-object
test('money is equal by value', () => {
  expect(new Money({ amount: 12.99 }).equals(new Money({ amount: 12.99, currency: 'USD' }))).toBe(true)
  expect(new Money({ amount: 12.99 }).equals(new Money({ amount: 14.99 }))).toBe(false)
})
// #endregion value-object

test('money prints with two digits', () => {
  expect(String(new Money({ amount: 9.5 }))).toBe('9.50 USD')
})

test('a book that keeps its price was not repriced', () => {
  const book = Book.add('Dune', 'Frank Herbert', 15.99)
  book.reprice(15.99)
  expect(book._events).toHaveLength(1)
  book.reprice(9.99)
  expect(book._events).toHaveLength(2)
})
