import { writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDatabase } from '../../../src/adapters/sqlite/create-database.ts'
import { openingError } from '../../../src/adapters/sqlite/errors.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import { conformanceClusters } from '../../../src/testing/conformance/index.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { changes, inserting, selectedIds } from '../../../src/testing/conformance/rows.ts'
import { items, order, orders, people, person, tickets } from '../../../src/testing/conformance/schemas.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'
import { SqliteFile } from '../support/sqlite-file.ts'

let file: SqliteFile

beforeEach(async () => {
  file = await SqliteFile.make()
})

afterEach(() => file.remove())

test('a missing table is named, with what creates it, by every operation', async () => {
  const database = await file.open()
  const transaction = async (work: (one: Awaited<ReturnType<typeof database.begin>>) => Promise<unknown>) => {
    const one = await database.begin()
    await work(one).finally(() => one.rollback())
  }
  const operations: readonly (readonly [table: string, () => Promise<unknown>])[] = [
    ['conformance_people', () => selectedIds(database, people)],
    ['conformance_people', () => database.load(people, ['p1'])],
    ['conformance_people', () => database.count(people.table, EVERYTHING)],
    ['conformance_people', () => database.commit(inserting(people.table, person('p1')))],
    ['conformance_orders', () => database.commit(changes({ updates: [{ table: orders.table, id: 'o1', row: order('o1') }] }))],
    ['protean_numbers', () => database.commit(inserting(tickets.table, { number: null, title: 'a', seat: null }))],
    ['conformance_people', () => transaction((one) => one.apply(inserting(people.table, person('p1'))))],
    ['conformance_items', () => transaction((one) => one.count(items, EVERYTHING))],
    ['protean_messages', () => database.events.readAll({ limit: 1 })],
    ['protean_messages', () => database.events.append([new MessageMaker().append('order-1')])],
  ]
  for (const [table, operation] of operations) {
    await expect(operation()).rejects.toMatchObject({
      code: 'MISSING_TABLE',
      message: expect.stringMatching(new RegExp(`no table ${table}: .*createDatabaseArtifacts\\(\\).*protean db create`)),
    })
  }
})

test('nothing to empty or to drop is no error', async () => {
  const database = await file.open()
  await database.resetData()
  await database.dropArtifacts(conformanceClusters)
})

test('a column that an older table does not have is named', async () => {
  const database = await file.open()
  const [first, ...rest] = people.table.columns
  const older = { ...people.table, columns: [first!, ...rest.slice(0, -1)] }
  await database.createArtifacts([{ table: older, children: [] }])
  const missing = { code: 'MISSING_COLUMN', message: expect.stringContaining('visits') }
  await expect(selectedIds(database, people)).rejects.toMatchObject(missing)
  await expect(database.commit(inserting(people.table, person('p1')))).rejects.toMatchObject(missing)
})

test('a file that is no database is not opened', async () => {
  await writeFile(file.path, 'This is a letter and no database, however long one reads on in it.'.repeat(20))
  await expect(file.open()).rejects.toMatchObject({ code: 'CANNOT_OPEN', message: expect.stringContaining(file.path) })
})

test('a file that may not be written is not opened, and the fix is given', () => {
  const readOnly = Object.assign(new Error('attempt to write a readonly database'), { errcode: 8 })
  expect(openingError('test', 'shop.db', readOnly)).toMatchObject({
    code: 'CANNOT_OPEN',
    message: expect.stringContaining('Let this process write'),
  })
})

test('a file in a folder that is not there is not opened, and the fix is given', async () => {
  const settings = { databaseUri: `sqlite:///${file.path}/deeper/shop.db` }
  const database = createDatabase({ name: 'test', settings, timers: systemTimers })
  await expect(database.open()).rejects.toMatchObject({ code: 'CANNOT_OPEN', message: expect.stringContaining('Create its folder') })
  expect(await database.isAlive()).toBe(false)
  await database.close()
})

test('a file that somebody holds for himself is not opened, and may be tried again', async () => {
  await (await file.open()).close()
  const hog = new DatabaseSync(file.path)
  hog.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  const settings = { databaseUri: `sqlite:///${file.path}`, options: { busyTimeoutMs: 1 } }
  const database = createDatabase({ name: 'test', settings, timers: systemTimers })
  await expect(database.open()).rejects.toMatchObject({ code: 'DATABASE_BUSY', retryable: true })
  hog.close()
  await database.open()
  expect(await database.isAlive()).toBe(true)
  await database.close()
})

test('the driver’s own error is the cause', async () => {
  const database = await file.open()
  await database.createArtifacts(conformanceClusters)
  await database.commit(inserting(people.table, person('p1')))
  await expect(database.commit(inserting(people.table, person('p1')))).rejects.toMatchObject({
    code: 'UNIQUE_VIOLATION',
    cause: expect.objectContaining({ message: expect.stringContaining('UNIQUE constraint failed') }),
  })
})
