import type { Consumer } from './consumer.ts'

/**
 * A project whose first test file puts an index on the table of a domain, and whose second says whether it is still there: with the table it would be gone.
 * `uri` is where the database is; both files notice that nobody else's data is there.
 */
export function writeTwoFiles(consumer: Consumer, uri: string, environment: 'with the plugin' | 'without'): void {
  const plugin = environment === 'with the plugin' ? 'protean()' : ''
  consumer.write({
    'vitest.config.ts': `
      import { defineConfig } from 'vitest/config'
      import { protean } from 'proteanjs/vitest/plugin'
      export default defineConfig({ plugins: [${plugin}], test: { maxWorkers: 1, server: { deps: { inline: ['proteanjs'] } } } })
    `,
    'domain.ts': `
      import { Domain, field } from 'proteanjs'
      export const domain = new Domain('shelf', { config: { databases: { default: { databaseUri: '${uri}' } } } })
      export class Book extends domain.aggregate('Book', { title: field.string() }) {}
    `,
    'tests/1-first.test.ts': testFile(''),
    'tests/2-second.test.ts': testFile(''),
  })
}

/** Two test files that are inside a test at the same time, each with a book in the same database, and see one book each. */
export function writeParallelFiles(consumer: Consumer, uri: string): void {
  writeTwoFiles(consumer, uri, 'with the plugin')
  const file = (own: string, other: string) => `
    import { existsSync, writeFileSync } from 'node:fs'
    import { join } from 'node:path'
    import { useDomain } from 'proteanjs/vitest'
    import { expect, test } from 'vitest'
    import { Book, domain } from '../domain.ts'
    useDomain(domain)
    test('both at once', { timeout: 30_000 }, async () => {
      const sign = (name) => join(process.env.TMPDIR, name)
      await domain.repositoryFor(Book).add(new Book({ title: '${own}' }))
      writeFileSync(sign('${own}'), '')
      await expect.poll(() => existsSync(sign('${other}')), { timeout: 25_000 }).toBe(true)
      expect((await domain.repositoryFor(Book).query.all()).items.map(({ title }) => title)).toEqual(['${own}'])
      writeFileSync(sign('${own} was read'), '')
      await expect.poll(() => existsSync(sign('${other} was read')), { timeout: 25_000 }).toBe(true)
    })
  `
  consumer.write({
    'vitest.config.ts': `
      import { defineConfig } from 'vitest/config'
      import { protean } from 'proteanjs/vitest/plugin'
      export default defineConfig({ plugins: [protean()], test: { minWorkers: 2, maxWorkers: 2 } })
    `,
    'tests/1-first.test.ts': file('one', 'two'),
    'tests/2-second.test.ts': file('two', 'one'),
  })
}

/** The same second file, but that its books have one field more. */
export function writeAnotherModel(consumer: Consumer): void {
  consumer.write({ 'tests/2-second.test.ts': testFile('another') })
}

function testFile(model: '' | 'another'): string {
  return `
    import { DatabaseSync } from 'node:sqlite'
    import { field } from 'proteanjs'
    import { useDomain } from 'proteanjs/vitest'
    import { expect, test } from 'vitest'
    import { Book, domain } from '../domain.ts'
    ${model === 'another' ? "class Author extends domain.aggregate('Author', { name: field.string() }) {}" : ''}
    useDomain(domain)
    test('books', async () => {
      const { provider, databaseUri, schema } = domain.config.databases.default
      const sql = async (text) => {
        if (provider === 'sqlite') {
          const file = new DatabaseSync(databaseUri.replace('sqlite:///', ''))
          const rows = file.prepare(text).all()
          file.close()
          return rows
        }
        const { Client } = await import('pg')
        const client = new Client({ connectionString: databaseUri, options: '-c search_path=' + schema })
        await client.connect()
        const { rows } = await client.query(text)
        await client.end()
        return rows
      }
      expect(await domain.repositoryFor(Book).query.count()).toBe(0)
      await domain.repositoryFor(Book).add(new Book({ title: 'Dune' }))
      const list = provider === 'sqlite' ? "SELECT name FROM sqlite_schema WHERE name = 'witness'" : "SELECT indexname FROM pg_indexes WHERE indexname = 'witness' AND schemaname = current_schema()"
      const witnesses = await sql(list)
      console.log('[the table ' + (witnesses.length === 0 ? 'is new' : 'stands') + ' in ' + (schema ?? databaseUri) + ']')
      if (witnesses.length === 0) await sql('CREATE INDEX witness ON book (title)')
    })
  `
}
