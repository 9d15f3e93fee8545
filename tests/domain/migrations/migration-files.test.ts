import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Domain, field } from 'proteanjs'
import { ManualClock } from 'proteanjs/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let folder: string
let file: string
const clock = new ManualClock('2026-01-31T12:00:00.000Z')
const opened: Domain[] = []

beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), 'protean-migrations-'))
  folder = join(root, 'migrations')
  file = join(root, 'shop.db')
})

afterEach(async () => {
  for (const domain of opened.splice(0)) await domain.close()
  await rm(join(folder, '..'), { recursive: true, force: true })
})

/** The provider of a shop that has orders with a note, once it has been told of notes. */
async function shop({ hasNotes = true, databaseUri = `sqlite:///${file}` } = {}) {
  const domain = new Domain('Shop', { clock, config: { databases: { default: { databaseUri } } } })
  domain.aggregate('Order', { total: field.integer(), ...(hasNotes ? { note: field.string() } : {}) })
  await domain.init()
  opened.push(domain)
  return domain.providers.get('default')!
}

describe('migrations in files', () => {
  test('are written with when and for what, and applied in order, once', async () => {
    const first = await shop({ hasNotes: false })
    expect(await first.writeMigration(folder, 'First tables')).toBe(join(folder, '20260131120000_first_tables.sql'))
    expect((await first.migrate(folder)).map(({ name }) => name)).toEqual(['first_tables'])
    const later = await shop()
    expect(await later.writeMigration(folder, 'add-notes')).toBe(join(folder, '20260131120001_add_notes.sql'))
    expect(
      await readFile(join(folder, '20260131120001_add_notes.sql'), 'utf8'),
    ).toBe(`-- Migration "add-notes" of the database "default" (sqlite), written at 2026-01-31T12:00:00.000Z.
-- Read it, change it where you know better, and apply it with "protean db migrate": in one transaction, once.
-- Where a table is made anew, foreign keys have to be off, as they are in "protean db migrate"; elsewhere: PRAGMA foreign_keys = OFF.

-- Adds the column order.note of Order.note.
ALTER TABLE "order" ADD COLUMN "note" TEXT;
`)
    const { applied, pending } = await later.migrationStatus(folder)
    expect([applied.map(({ id }) => id), pending.map(({ id }) => id)]).toEqual([['20260131120000'], ['20260131120001']])
    expect((await later.migrate(folder)).map(({ name }) => name)).toEqual(['add_notes'])
    expect(await later.migrate(folder)).toEqual([])
    expect(await later.writeMigration(folder, 'nothing')).toBeUndefined()
    expect(await readdir(folder)).toHaveLength(2)
  })

  test('that were changed since they were applied are refused, all of them, before anything is done', async () => {
    const provider = await shop()
    const path = (await provider.writeMigration(folder, 'first'))!
    await provider.migrate(folder)
    await writeFile(join(folder, '20270101000000_next.sql'), 'CREATE TABLE never (a INTEGER);')
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('\n', '\r\n'))
    expect(await provider.migrate(folder)).toHaveLength(1)
    await writeFile(path, '-- something else')
    await writeFile(join(folder, '20270101000001_more.sql'), 'CREATE TABLE never_again (a INTEGER);')
    await expect(provider.migrate(folder)).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
      message: expect.stringMatching(/20260131120000_first\.sql: was changed after it was applied at 2026-01-31T12:00:00\.000Z/),
    })
    await expect(provider.database.schema?.applied()).resolves.toHaveLength(2)
  })

  test('stop at the first that fails, with those before it kept', async () => {
    const provider = await shop()
    await provider.writeMigration(folder, 'first')
    await writeFile(join(folder, '20270101000000_wrong.sql'), 'CREATE TABEL x (a INTEGER);')
    await expect(provider.migrate(folder)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })
    const { applied, pending } = await provider.migrationStatus(folder)
    expect([applied.length, pending.length]).toEqual([1, 1])
  })

  test('have names that say their order, and each its own', async () => {
    const provider = await shop()
    await expect(provider.writeMigration(folder, 'Änderung')).rejects.toMatchObject({ code: 'MIGRATION_NAME_INVALID' })
    await provider.writeMigration(folder, 'first')
    for (const name of ['add.sql', '20260131120000_twin.sql']) await writeFile(join(folder, name), '')
    await expect(provider.migrate(folder)).rejects.toMatchObject({
      problems: [
        { code: 'MIGRATION_FILE_INVALID', message: 'has the same id as 20260131120000_first.sql.' },
        { code: 'MIGRATION_FILE_INVALID', element: join(folder, 'add.sql') },
      ],
    })
  })

  test('are only noted where the tables were just created as the domain is', async () => {
    const provider = await shop()
    await provider.writeMigration(folder, 'first')
    await provider.createWithMigrations(folder)
    expect((await provider.migrationStatus(folder)).pending).toEqual([])
    await writeFile(join(folder, '20270101000000_next.sql'), 'CREATE TABLE next (a INTEGER);')
    await provider.createWithMigrations(folder)
    expect((await provider.migrationStatus(folder)).pending).toHaveLength(1)
  })

  test('are nothing for a database in memory', async () => {
    const provider = await shop({ databaseUri: 'memory://' })
    await expect(provider.planMigration()).rejects.toMatchObject({ name: 'NotSupportedError', code: 'NO_MIGRATIONS' })
  })
})
