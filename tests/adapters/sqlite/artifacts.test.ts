import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import type { ClusterSchema } from '../../../src/ports/table.ts'
import { conformanceClusters } from '../../../src/testing/conformance/index.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { inserting, selectedIds } from '../../../src/testing/conformance/rows.ts'
import { order, orders, people, person, sample, samples, tickets } from '../../../src/testing/conformance/schemas.ts'
import { SqliteFile } from '../support/sqlite-file.ts'
import { sqliteDatabase } from '../support/sqlite-harness.ts'

let file: SqliteFile

beforeEach(async () => {
  file = await SqliteFile.make()
})

afterEach(() => file.remove())

/** Asks the file itself, past the adapter. */
function inFile<Row>(sql: string): Row[] {
  const driver = new DatabaseSync(file.path)
  try {
    return driver
      .prepare(sql)
      .all()
      .map((row) => ({ ...row })) as Row[]
  } finally {
    driver.close()
  }
}

function namesIn(): string[] {
  return inFile<{ name: string }>("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name").map(({ name }) => name)
}

describe('the schema', () => {
  test('W16: says what is required, and hangs children on their parents, with an index', async () => {
    await (await file.open()).createArtifacts(conformanceClusters)
    const columns = inFile<{ name: string; notnull: number }>("SELECT name, [notnull] FROM pragma_table_info('conformance_items')")
    expect(columns.filter((column) => column.notnull === 1).map(({ name }) => name)).toEqual(['id', 'order_id', 'place', 'sku'])
    expect(inFile("SELECT [table], [from], [to], on_delete FROM pragma_foreign_key_list('conformance_items')")).toEqual([
      { table: 'conformance_orders', from: 'order_id', to: 'id', on_delete: 'CASCADE' },
    ])
    expect(inFile("SELECT name FROM pragma_index_info('ix_conformance_items_order_id')")).toEqual([{ name: 'order_id' }, { name: 'place' }])
  })

  test('keeps the conditions of indexes, and nothing beside the columns of a unique one', async () => {
    await (await file.open()).createArtifacts(conformanceClusters)
    const indexes = inFile<{ sql: string }>(
      "SELECT sql FROM sqlite_schema WHERE tbl_name = 'conformance_loans' AND type = 'index' AND sql IS NOT NULL ORDER BY name",
    )
    expect(indexes.map(({ sql }) => sql.replace(/^CREATE (UNIQUE )?INDEX \S+ ON \S+ /, '$1'))).toEqual([
      '("due" DESC, "book") WHERE "state" IS NULL',
      `UNIQUE ("book" DESC) WHERE "state" IN ('out', 'late, isn''t it')`,
      `UNIQUE ("due", protean_decimal_key("fee")) WHERE ((("lost" = 1) IS NOT TRUE) AND protean_decimal_key("fee") >= protean_decimal_key('9.50') AND "due" > '2026-01-01T00:00:00.000Z')`,
    ])
  })

  test('W16: has a unique constraint once, and none beside the primary key', async () => {
    await (await file.open()).createArtifacts(conformanceClusters)
    const indexes = inFile<{ name: string; unique: number }>("SELECT name, [unique] FROM pragma_index_list('conformance_people')")
    expect(
      indexes
        .filter((index) => index.unique === 1)
        .map(({ name }) => name.replace(/^sqlite_autoindex_.*/, 'primary key'))
        .sort(),
    ).toEqual(['primary key', 'uq_conformance_people_email', 'uq_conformance_people_nick'])
  })

  test('gets the indexes that were declared since, with their columns in their directions', async () => {
    const database = await file.open()
    await database.createArtifacts([orders])
    const indexes = [
      {
        name: 'ix_later',
        columns: [
          { name: 'total', descending: true },
          { name: 'status', descending: false },
        ],
        include: ['version'],
      },
    ]
    await database.createArtifacts([{ ...orders, table: { ...orders.table, indexes } }])
    expect(inFile("SELECT name, [desc] FROM pragma_index_xinfo('ix_later') WHERE key = 1")).toEqual([
      { name: 'total', desc: 1 },
      { name: 'status', desc: 0 },
      { name: 'version', desc: 0 },
    ])
  })

  test('keeps decimals unique by value', async () => {
    const database = await file.open()
    const uniques = [{ name: 'uq_amount', columns: ['amount'], fields: ['amount'] }]
    const priced: ClusterSchema = { table: { ...samples.table, uniques }, children: [] }
    await database.createArtifacts([priced])
    await database.commit(inserting(priced.table, sample('s1', { amount: '1.5' })))
    await expect(database.commit(inserting(priced.table, sample('s2', { amount: '1.50' })))).rejects.toMatchObject({
      code: 'UNIQUE_VIOLATION',
      fields: ['amount'],
    })
  })

  test('may have names that SQL would take for its own', async () => {
    const database = await file.open()
    const table = {
      ...samples.table,
      name: 'order "by" select',
      columns: [samples.table.columns[0]!, { ...samples.table.columns[1]!, name: 'group by "x"' }],
    }
    const strange: ClusterSchema = { table, children: [] }
    await database.createArtifacts([strange])
    await database.commit(inserting(table, { id: 'a', 'group by "x"': 'words' }))
    expect(await selectedIds(database, strange, { orderBy: [{ column: 'group by "x"', descending: true }] })).toEqual(['a'])
    await database.resetData()
    expect(await database.count(table, EVERYTHING)).toBe(0)
    await database.dropArtifacts([strange])
  })
})

describe('dropping', () => {
  test('everything leaves nothing behind', async () => {
    const database = await file.open()
    await database.createArtifacts(conformanceClusters)
    await database.dropArtifacts(conformanceClusters)
    expect(namesIn()).toEqual([])
  })

  test('some leaves the others, with their numbers', async () => {
    const database = await file.open()
    await database.createArtifacts(conformanceClusters)
    await database.commit(inserting(tickets.table, { number: null, title: 'a', seat: null }))
    await database.dropArtifacts([people])
    await database.commit(inserting(tickets.table, { number: null, title: 'b', seat: null }))
    expect(await selectedIds(database, tickets)).toEqual([1, 2])
    await database.dropArtifacts([tickets])
    await database.createArtifacts([tickets])
    await database.commit(inserting(tickets.table, { number: null, title: 'c', seat: null }))
    expect(await selectedIds(database, tickets)).toEqual([1])
  })
})

describe('a reset', () => {
  test('empties what another process has created, and nothing that is not the framework’s', async () => {
    const driver = new DatabaseSync(file.path)
    driver.exec("CREATE TABLE theirs (x); INSERT INTO theirs VALUES ('precious')")
    driver.close()
    const first = await file.open()
    await first.createArtifacts(conformanceClusters)
    await first.commit({ ...inserting(orders.table, order('o1')), appends: [new MessageMaker().append('order-1')] })
    await first.commit(inserting(people.table, person('p1')))
    await first.close()
    await (await file.open()).resetData()
    expect(inFile('SELECT * FROM theirs')).toEqual([{ x: 'precious' }])
    for (const table of ['conformance_orders', 'conformance_people', 'protean_messages'])
      expect(inFile(`SELECT * FROM ${table}`)).toEqual([])
  })

  test('gives no message a place before an old cursor', async () => {
    const database = await file.open()
    await database.createArtifacts([])
    const make = new MessageMaker()
    await database.events.append([make.append('order-1', 5)])
    const cursor = await database.events.head()
    await database.resetData()
    await database.events.append([make.append('order-1')])
    expect((await database.events.readAll({ after: cursor, limit: 10 })).messages).toHaveLength(1)
  })
})

describe('a database without a file', () => {
  test('leaves nothing in the temporary folder, while it is open or after', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'protean-test-'))
    vi.stubEnv('TMPDIR', folder)
    const { database, dispose } = await sqliteDatabase('without one')
    await database.open()
    await database.createArtifacts([people])
    await database.commit(inserting(people.table, person('p1')))
    if (process.platform !== 'win32') expect(await readdir(folder)).toEqual([])
    await dispose()
    expect(await readdir(folder)).toEqual([])
    await rm(folder, { recursive: true })
  })

  test('is empty when it is opened again', async () => {
    const { database, dispose } = await sqliteDatabase('without one')
    await database.open()
    await database.createArtifacts([people])
    await database.commit(inserting(people.table, person('p1')))
    await database.close()
    await database.open()
    await database.createArtifacts([people])
    expect(await selectedIds(database, people)).toEqual([])
    await dispose()
  })
})
