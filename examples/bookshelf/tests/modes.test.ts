/** What the environment promises: which adapters there are, and that nothing of a test is left in any of them. */
import { expect, test } from 'vitest'
import { Book } from '../src/catalog/book.ts'
import { domain } from '../src/domain.ts'

const ADAPTERS: Readonly<Record<string, object>> = {
  test: { database: 'postgresql', broker: 'redis', cache: 'redis' },
  sqlite: { database: 'sqlite', broker: 'inline', cache: 'memory' },
  memory: { database: 'memory', broker: 'inline', cache: 'memory' },
}

const [database, broker, cache] = [
  () => domain.providers.get('default')!.database,
  () => domain.brokers.get('default')!,
  () => domain.caches.get('default')!,
]

test('the environment decides what the domain is stored in', () => {
  const found = { database: database().provider, broker: broker().provider, cache: cache().provider }
  expect(found).toEqual(ADAPTERS[process.env.PROTEAN_ENV ?? ''])
})

test('a test may leave something in every adapter', async () => {
  await domain.repositoryFor(Book).add(Book.add('Dune', 'Frank Herbert', 15.99))
  await broker().publish('books', [{ title: 'Dune' }])
  await cache().set('books', 1)
  expect(await domain.repositoryFor(Book).query.count()).toBe(1)
  expect((await domain.eventStore.readAll({ limit: 10 })).messages).toHaveLength(1)
  expect(await broker().length('books')).toBe(1)
})

test('and the next one finds none of it', async () => {
  expect(await domain.repositoryFor(Book).query.count()).toBe(0)
  expect((await domain.eventStore.readAll({ limit: 10 })).messages).toEqual([])
  expect(await broker().length('books')).toBe(0)
  expect(await cache().get('books')).toBeUndefined()
})
