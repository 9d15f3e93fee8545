import assert from 'node:assert/strict'
import type { ChangeSet } from '../../ports/change-set.ts'
import { NO_CHANGES } from '../../ports/change-set.ts'
import { EVERYTHING } from '../../ports/criteria.ts'
import type { Database } from '../../ports/database.ts'
import { allDone, refused, times } from './assertions.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { changes, contents, inserting, is, loadOne, selectedIds, selecting, updatingOrder } from './rows.ts'
import { discount, discounts, item, items, note, notes, order, orders, people, person, sample, samples } from './schemas.ts'

/** One order with an item that has a discount, and a person. */
async function stock(database: Database): Promise<void> {
  await database.commit({
    ...NO_CHANGES,
    inserts: [
      { table: orders.table, rows: [order('o1'), order('o2')] },
      { table: items, rows: [item('i1', 'o1', 0), item('i2', 'o1', 1)] },
      { table: discounts, rows: [discount('d1', 'i1', 0)] },
      { table: people.table, rows: [person('p1', { contact_email: 'ann@example.com' })] },
    ],
  })
}

/** Changes of every kind, to go with one that cannot be done. */
const harmless = {
  deletes: [
    { table: orders.table, id: 'o2', expectedVersion: 0 },
    { table: items, id: 'i2' },
  ],
  updates: [
    { table: orders.table, id: 'o1', expectedVersion: 0, row: order('o1', { version: 1, status: 'placed' }) },
    { table: items, id: 'i1', row: item('i1', 'o1', 0, { quantity: 9 }) },
  ],
  inserts: [
    { table: orders.table, rows: [order('o3')] },
    { table: items, rows: [item('i3', 'o3', 0)] },
    { table: samples.table, rows: [sample('s1')] },
  ],
}

const impossible: readonly [what: string, code: string, more: Partial<ChangeSet>][] = [
  [
    'a stale version',
    'EXPECTED_VERSION',
    { updates: [...harmless.updates.slice(1), { table: orders.table, id: 'o1', expectedVersion: 7, row: order('o1', { version: 8 }) }] },
  ],
  [
    'a stale version to delete',
    'EXPECTED_VERSION',
    { deletes: [...harmless.deletes, { table: orders.table, id: 'o1', expectedVersion: 3 }] },
  ],
  [
    'a row to update that is not there',
    'ROW_NOT_FOUND',
    { updates: [...harmless.updates, { table: people.table, id: 'p9', row: person('p9') }] },
  ],
  [
    'a taken primary key',
    'UNIQUE_VIOLATION',
    { inserts: [...harmless.inserts, { table: people.table, rows: [person('p2'), person('p1')] }] },
  ],
  [
    'a taken unique value',
    'UNIQUE_VIOLATION',
    { inserts: [...harmless.inserts, { table: people.table, rows: [person('p2', { contact_email: 'ann@example.com' })] }] },
  ],
  [
    'a null where a value is required',
    'REQUIRED_COLUMN',
    { inserts: [...harmless.inserts, { table: orders.table, rows: [order('o4', { status: null })] }] },
  ],
  ['a child without its parent', 'PARENT_NOT_FOUND', { inserts: [...harmless.inserts, { table: items, rows: [item('i9', 'o9', 0)] }] }],
]

export function commitConformance({ describe, test }: DatabaseSuite): void {
  describe('G1: a change set is stored as a whole or not at all', () => {
    test('inserts, updates and deletes of one set are all there afterwards', async (database) => {
      await stock(database)
      await database.commit(changes(harmless))
      assert.deepEqual(await selectedIds(database, orders), ['o1', 'o3'])
      const { row, children } = await loadOne(database, orders, 'o1')
      assert.deepEqual({ ...row }, order('o1', { version: 1, status: 'placed' }))
      assert.deepEqual(
        children[0]?.map((child) => child.row.quantity),
        [9],
      )
      assert.equal((await loadOne(database, orders, 'o3')).children[0]?.length, 1)
      assert.equal(await database.count(samples.table, EVERYTHING), 1)
    })

    for (const [what, code, more] of impossible) {
      test(`${what} leaves everything as it was`, async (database) => {
        await stock(database)
        const before = await contents(database, [orders, people, samples])
        await refused(database.commit(changes({ ...harmless, ...more })), code)
        assert.deepEqual(await contents(database, [orders, people, samples]), before)
      })
    }

    test('deletes come before updates, and updates before inserts', async (database) => {
      await stock(database)
      await database.commit(inserting(people.table, person('p2', { contact_email: 'bob@example.com' })))
      await database.commit({
        ...NO_CHANGES,
        inserts: [{ table: people.table, rows: [person('p1', { contact_email: 'bob@example.com' })] }],
        updates: [{ table: people.table, id: 'p2', row: person('p2', { contact_email: 'ann@example.com' }) }],
        deletes: [{ table: people.table, id: 'p1' }],
      })
      const { rows } = await database.select(selecting(people))
      assert.deepEqual(
        rows.map(({ row }) => row.contact_email),
        ['bob@example.com', 'ann@example.com'],
      )
    })

    test('no changes are no error', async (database) => {
      const receipt = await database.commit(NO_CHANGES)
      assert.deepEqual(receipt.generated, [])
      assert.equal(receipt.positions.size, 0)
    })

    test('readers never see a part of one', async (database) => {
      const ids = times(20, (number) => `s${String(number).padStart(2, '0')}`)
      await database.commit(inserting(samples.table, ...ids.map((id) => sample(id, { whole: 0 }))))
      let writing = true
      const write = async () => {
        for (let whole = 1; whole <= 15; whole += 1) {
          await database.commit(changes({ updates: ids.map((id) => ({ table: samples.table, id, row: sample(id, { whole }) })) }))
        }
      }
      const read = async () => {
        do {
          const { rows } = await database.select(selecting(samples))
          assert.equal(new Set(rows.map(({ row }) => row.whole)).size, 1)
        } while (writing)
      }
      const written = write().finally(() => {
        writing = false
      })
      await allDone([written, read(), read()])
    })

    test('many change sets at once, each to rows of its own, are all stored', async (database) => {
      const one = (number: number): ChangeSet => ({
        ...NO_CHANGES,
        inserts: [
          { table: orders.table, rows: [order(`o${number}`)] },
          { table: items, rows: [item(`i${number}`, `o${number}`, 0)] },
          { table: notes, rows: [note(`n${number}`, `o${number}`, 0)] },
        ],
      })
      await allDone(times(30, (number) => database.commit(one(number))))
      await allDone(times(30, (number) => database.commit(updatingOrder(order(`o${number}`, { status: 'placed' }), 0))))
      assert.equal(await database.count(orders.table, is('status', 'placed')), 30)
      assert.equal(await database.count(items, EVERYTHING), 30)
    })
  })
}
