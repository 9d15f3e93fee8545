import { field } from 'proteanjs'
import { domain } from '../domain.ts'
import { Book } from './book.ts'

export class AddBook extends domain.command(
  'AddBook',
  {
    title: field.string({ required: true }),
    author: field.string({ required: true }),
    amount: field.float({ required: true }),
  },
  { partOf: Book, returns: field.identifier() },
) {}

export class RepriceBook extends domain.command(
  'RepriceBook',
  { bookId: field.identifier({ required: true }), amount: field.float({ required: true }) },
  { partOf: Book },
) {}

export const bookCommands = domain
  .commandHandler('BookCommandHandler', { partOf: Book })
  .handle(AddBook, async ({ title, author, amount }) => {
    const book = Book.add(title, author, amount)
    await domain.repositoryFor(Book).add(book)
    return book.id
  })
  .handle(RepriceBook, async ({ bookId, amount }) => {
    const books = domain.repositoryFor(Book)
    const book = await books.get(bookId)
    book.reprice(amount)
    await books.add(book)
  })
