import { resolve } from 'node:path'
import { BookCatalog } from '../src/catalog/book-catalog.ts'
import { domain } from '../src/domain.ts'
import { Order } from '../src/ordering/order.ts'

/** Makes the tables where they are missing; what is in those that are there stays. */
export async function makeTables(): Promise<void> {
  for (const provider of domain.providers.values()) if (provider.isManaged) await provider.createDatabaseArtifacts()
}

/** Where the books and orders are kept, for a person to read: a password in a URI is not shown. */
export function whereDataIs(): string {
  const { provider, databaseUri = '' } = domain.config.databases.default ?? {}
  if (provider === 'memory') return 'in memory, until the program ends'
  if (!databaseUri.startsWith('sqlite:')) return databaseUri.replace(/:[^:@/]*@/, ':…@')
  return `${resolve(databaseUri.replace('sqlite:///', ''))} (SQLite)`
}

/** How to begin anew, and how to change to a server. Nothing else has to change. */
export function advice(): readonly string[] {
  const onFile = domain.config.databases.default?.databaseUri?.startsWith('sqlite:') === true
  if (!onFile) return ['In a file instead: leave DATABASE_URL away.']
  return [
    'To begin anew, delete the file.',
    'On PostgreSQL instead: DATABASE_URL=postgresql://user:password@localhost:5432/database npm run example',
  ]
}

/** What the shelf holds by now, from earlier runs as well; undefined while it is empty. */
export async function contents(): Promise<string | undefined> {
  const books = await domain.viewFor(BookCatalog).count()
  if (books === 0) return undefined
  const orders = domain.repositoryFor(Order).query
  return `${books} books and ${await orders.count()} orders, ${await orders.filter({ status: 'CONFIRMED' }).count()} of them confirmed`
}
