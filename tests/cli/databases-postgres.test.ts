import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { describePostgres } from '../support/postgres.ts'
import { repository } from '../support/source-file.ts'
import { domainFile, protean } from './protean.ts'

describePostgres('protean db on PostgreSQL', (server) => {
  let cwd: string
  let schema: string

  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'protean-cli-'))
    schema = server.schema()
    await server.admin(`CREATE SCHEMA "${schema}"`)
  })

  afterEach(async () => {
    await server.admin(`DROP SCHEMA "${schema}" CASCADE`)
    await rm(cwd, { recursive: true, force: true })
  })

  const db = (command: string, ...args: string[]) => {
    const env = { SHOP_DATABASE: server.uri, SHOP_SCHEMA: schema }
    return protean(['db', command, '--domain', domainFile('shop'), ...args], { cwd, env })
  }

  test('writes and applies a migration, and then the tables are those of the domain', { timeout: 60_000 }, async () => {
    expect((await db('migrate', '--name', 'first')).code).toBe(0)
    expect((await db('migrate')).code).toBe(0)
    expect(await db('status')).toMatchObject({ code: 0, out: 'Database "default" (postgresql): its tables are those of the domain.\n' })
    expect(await server.admin('SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = $1', [schema])).toEqual([
      { tables: expect.toSatisfy((tables: number) => tables > 1) },
    ])
    expect((await db('drop', '--yes')).code).toBe(0)
    expect(await server.admin('SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = $1', [schema])).toEqual([{ tables: 0 }])
  })

  test('plans what the guide shows', async () => {
    const guide = await readFile(join(repository, 'docs/guides/databases.md'), 'utf8')
    const [, shown = 'nothing'] = /```sql\n([\s\S]*?)```/.exec(guide) ?? []
    expect((await db('migrate', '--plan')).out).toContain(shown)
  })

  test('without tables, protean server ends at once, with one line that names the fix', async () => {
    const env = { LEDGER_DATABASE: server.uri, LEDGER_SCHEMA: schema }
    const { code, out, err } = await protean(['server', '--domain', domainFile('ledger')], { cwd, env })
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(
      /^\[MISSING_TABLE\] Database "default" \(postgresql\) lacks a table \(relation "protean_worker" .*"protean db create"\.\n$/,
    )
  })

  test.each([
    { what: 'a server that is not there', uri: () => 'postgresql://postgres@127.0.0.1:1/test', code: 'CONNECTION_FAILED' },
    { what: 'a database that is not there', uri: () => server.uri.replace(/\/[^/]*$/, '/no_such_database'), code: 'DATABASE_NOT_FOUND' },
    { what: 'an address that is none', uri: () => 'postgresql://user:word@host:port/db', code: 'DATABASE_URI_INVALID' },
  ])('says of $what that it is so, without a stack', async ({ uri, code: expected }) => {
    const { code, err } = await protean(['db', 'status', '--domain', domainFile('shop')], { cwd, env: { SHOP_DATABASE: uri() } })
    expect(code).toBe(1)
    expect(err).toMatch(new RegExp(`^\\[${expected}\\] .*\\n$`))
  })
})
