import { describe, expect, test } from 'vitest'
import { MemoryDatabase } from '../../../src/adapters/memory/database.ts'
import type { ColumnValue } from '../../../src/ports/table.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { changes, inserting, selectedIds } from '../../../src/testing/conformance/rows.ts'
import { order, orders, people, person, sample, samples } from '../../../src/testing/conformance/schemas.ts'

async function opened(): Promise<MemoryDatabase> {
  const database = new MemoryDatabase({ name: 'main' })
  await database.open()
  return database
}

describe('a memory database', () => {
  test('needs no artifacts', async () => {
    const database = await opened()
    expect(await selectedIds(database, orders)).toEqual([])
    await database.commit(inserting(orders.table, order('o1')))
    expect(await selectedIds(database, orders)).toEqual(['o1'])
  })

  test('says which one is not open, and what to do', async () => {
    const database = new MemoryDatabase({ name: 'main' })
    await expect(database.load(orders, [])).rejects.toMatchObject({
      code: 'NOT_OPEN',
      message: expect.stringContaining('database "main" (memory)'),
    })
    await expect(database.events.head()).rejects.toMatchObject({
      code: 'NOT_OPEN',
      message: expect.stringContaining('event store "main" (memory)'),
    })
  })

  test('still has rows, events and numbers when it is opened again', async () => {
    const database = await opened()
    await database.commit({ ...inserting(orders.table, order('o1')), appends: [new MessageMaker().append('order-o1')] })
    await database.close()
    await database.open()
    expect(await selectedIds(database, orders)).toEqual(['o1'])
    expect((await database.events.lastMessage('order-o1'))?.stored?.position).toBe(0)
  })

  test('leaves a transaction alone when it is opened a second time', async () => {
    const database = await opened()
    const transaction = await database.begin()
    await database.open()
    await transaction.commit(inserting(orders.table, order('o1')))
    expect(await selectedIds(database, orders)).toEqual(['o1'])
  })

  test('commits events also while only its event store is closed', async () => {
    const database = await opened()
    await database.events.close()
    await database.commit(changes({ appends: [new MessageMaker().append('order-o1')] }))
    await database.events.open()
    expect((await database.events.lastMessage('order-o1'))?.stream).toBe('order-o1')
  })

  test('forgets the shape of a table when its artifacts are dropped', async () => {
    const database = await opened()
    await database.commit(inserting(people.table, person('p1', { contact_email: 'a' })))
    await database.dropArtifacts([people])
    const loose = { ...people, table: { ...people.table, uniques: [] } }
    await database.createArtifacts([loose])
    await database.commit(inserting(loose.table, person('p1', { contact_email: 'a' }), person('p2', { contact_email: 'a' })))
    expect(await selectedIds(database, people)).toEqual(['p1', 'p2'])
  })

  const misfits: readonly (readonly [string, ColumnValue])[] = [
    ['words', 1],
    ['whole', '1'],
    ['whole', 1.5],
    ['whole', Number.MAX_SAFE_INTEGER + 2],
    ['real', Number.NaN],
    ['real', Number.POSITIVE_INFINITY],
    ['amount', 1.5],
    ['amount', '1,5'],
    ['flag', 'true'],
    ['day', '01.01.2026'],
    ['moment', '2026-01-01'],
    ['moment', new Date(Number.NaN)],
  ]
  for (const [column, value] of misfits) {
    test(`refuses ${typeof value} ${String(value)} in a column that holds no such values: "${column}"`, async () => {
      const database = await opened()
      await expect(database.commit(inserting(samples.table, sample('s1', { [column]: value })))).rejects.toMatchObject({
        code: 'INVALID_VALUE',
      })
      await database.commit(inserting(samples.table, sample('s1')))
      const where = { op: 'and', terms: [] } as const
      await expect(database.updateWhere(samples.table, where, { [column]: value })).rejects.toMatchObject({ code: 'INVALID_VALUE' })
    })
  }

  test('refuses a column that the table does not have, rather than lose its value', async () => {
    const database = await opened()
    await expect(database.commit(inserting(orders.table, order('o1', { colour: 'red' })))).rejects.toMatchObject({ code: 'UNKNOWN_COLUMN' })
  })

  test('refuses an update that would give a row another primary key', async () => {
    const database = await opened()
    await database.commit(inserting(people.table, person('p1')))
    const update = changes({ updates: [{ table: people.table, id: 'p1', row: person('p2') }] })
    await expect(database.commit(update)).rejects.toMatchObject({ code: 'PRIMARY_KEY_CHANGED' })
  })

  test('refuses an expected version where there are none', async () => {
    const database = await opened()
    await database.commit(inserting(people.table, person('p1')))
    await expect(database.commit(changes({ deletes: [{ table: people.table, id: 'p1', expectedVersion: 0 }] }))).rejects.toMatchObject({
      code: 'NO_VERSION',
    })
  })
})
