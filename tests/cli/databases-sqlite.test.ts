import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { domainFile, protean } from './protean.ts'

let cwd: string

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'protean-cli-'))
})

afterEach(() => rm(cwd, { recursive: true, force: true }))

function db(command: string, ...args: string[]) {
  const env = { SHOP_DATABASE: `sqlite:///${join(cwd, 'shop.db')}` }
  return protean(['db', command, '--domain', domainFile('shop'), ...args], { cwd, env })
}

// Every command is a process.
describe('protean db on SQLite', { timeout: 60_000 }, () => {
  test('creates, empties and drops the tables, and says how they are', async () => {
    expect(await db('create')).toMatchObject({ code: 0, out: 'Database "default" (sqlite) has all tables of the domain.\n' })
    expect(await db('status')).toMatchObject({ code: 0, out: 'Database "default" (sqlite): its tables are those of the domain.\n' })
    expect(await db('truncate', '--yes')).toMatchObject({ code: 0, out: 'Database "default" (sqlite) is empty.\n' })
    expect((await db('drop', '--yes')).code).toBe(0)
    const { code, out } = await db('status', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out).databases.default).toMatchObject({
      pending: [],
      changes: expect.arrayContaining(['Creates the table order of Order.']),
    })
  })

  test('plans, writes and applies a migration', async () => {
    expect((await db('migrate', '--plan')).out).toContain('CREATE TABLE IF NOT EXISTS "order" (')
    const { out } = await db('migrate', '--name', 'first')
    expect(out).toMatch(/^Wrote migrations\/\d{14}_first\.sql\. Read it/)
    expect(await db('status')).toMatchObject({ code: 1, out: expect.stringMatching(/pending: \d{14}_first/) })
    expect(await db('migrate')).toMatchObject({ code: 0, out: expect.stringMatching(/applied\.\n {2}\d{14}_first\n$/) })
    expect(await db('migrate')).toMatchObject({ code: 0, out: 'Database "default" (sqlite): nothing to apply.\n' })
    expect(await db('status')).toMatchObject({ code: 0 })
    expect((await db('migrate', '--name', 'second')).out).toBe('Database "default" (sqlite) needs no migration.\n')
  })

  test('of two that migrate at once, one applies and both are content', async () => {
    await db('migrate', '--name', 'first')
    const both = await Promise.all([db('migrate', '--json'), db('migrate', '--json')])
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(both.flatMap(({ out }) => JSON.parse(out).databases.default.applied)).toHaveLength(1)
  })

  test('cannot migrate what is in memory', async () => {
    const { code, err } = await protean(['db', 'migrate', '--domain', domainFile('shop')], { cwd })
    expect([code, err]).toEqual([1, expect.stringMatching(/^\[NO_MIGRATIONS\] The database "default" \(memory\)/)])
  })
})
