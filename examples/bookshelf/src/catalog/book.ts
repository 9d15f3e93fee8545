import { field } from 'proteanjs'
import { domain } from '../domain.ts'
import { Money } from '../money.ts'

export class BookAdded extends domain.event(
  'BookAdded',
  {
    bookId: field.identifier({ required: true }),
    title: field.string({ required: true }),
    author: field.string({ required: true }),
    price: field.float({ required: true }),
  },
  { partOf: 'Book' },
) {}

export class BookRepriced extends domain.event(
  'BookRepriced',
  { bookId: field.identifier({ required: true }), price: field.float({ required: true }) },
  { partOf: 'Book' },
) {}

export class Book extends domain.aggregate('Book', {
  title: field.string({ required: true, maxLength: 200 }),
  author: field.string({ required: true, maxLength: 150 }),
  price: field.valueObject(Money, { required: true }),
  tags: field.list(field.string()),
}) {
  static add(title: string, author: string, amount: number, tags: readonly string[] = []) {
    const book = new Book({ title, author, price: new Money({ amount }), tags })
    book.raise(new BookAdded({ bookId: book.id, title, author, price: amount }))
    return book
  }

  reprice(amount: number) {
    if (amount === this.price.amount) return
    this.price = this.price.replace({ amount })
    this.raise(new BookRepriced({ bookId: this.id, price: amount }))
  }
}
