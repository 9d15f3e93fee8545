import assert from 'node:assert/strict'
import { EVERYTHING } from '../../ports/criteria.ts'
import type { Database } from '../../ports/database.ts'
import type { ClusterRow, ColumnValue } from '../../ports/table.ts'
import { times } from './assertions.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { changes, is, loadOne, selecting, updatingOrder } from './rows.ts'
import { discount, discounts, item, items, note, notes, order, orders } from './schemas.ts'

/** Two orders whose children, and theirs, are stored out of order. */
async function stock(database: Database): Promise<void> {
  await database.commit(
    changes({
      inserts: [
        { table: orders.table, rows: [order('o1'), order('o2')] },
        { table: items, rows: [item('i3', 'o1', 2), item('i1', 'o1', 0), item('j1', 'o2', 0), item('i2', 'o1', 1)] },
        { table: discounts, rows: [discount('d2', 'i1', 1), discount('e1', 'j1', 0), discount('d1', 'i1', 0), discount('d3', 'i3', 0)] },
        { table: notes, rows: [note('n2', 'o1', 1), note('n1', 'o1', 0)] },
      ],
    }),
  )
}

function ids(rows: readonly ClusterRow[] | undefined): ColumnValue[] {
  return (rows ?? []).map(({ row }) => row.id ?? null)
}

/** The ids of a row and of all that hangs on it. */
function outline({ row, children }: ClusterRow): unknown {
  return children.length === 0 ? row.id : [row.id, ...children.map((list) => list.map(outline))]
}

async function remaining(database: Database): Promise<number[]> {
  const counts: number[] = []
  for (const table of [orders.table, items, discounts, notes]) counts.push(await database.count(table, EVERYTHING))
  return counts
}

const firstOrder = [
  'o1',
  [
    ['i1', ['d1', 'd2']],
    ['i2', []],
    ['i3', ['d3']],
  ],
  ['n1', 'n2'],
]
const secondOrder = ['o2', [['j1', ['e1']]], []]

export function childrenConformance({ describe, test }: DatabaseSuite): void {
  describe('a row comes with its children, at every level and in their order', () => {
    test('when it is loaded', async (database) => {
      await stock(database)
      assert.deepEqual(outline(await loadOne(database, orders, 'o1')), firstOrder)
      assert.deepEqual(outline(await loadOne(database, orders, 'o2')), secondOrder)
    })

    test('when several are loaded at once; unknown ids are left out and none comes twice', async (database) => {
      await stock(database)
      const rows = await database.load(orders, ['o2', 'unknown', 'o1', 'o2'])
      const sorted = rows.map(outline).sort((left, right) => JSON.stringify(left).localeCompare(JSON.stringify(right)))
      assert.deepEqual(sorted, [firstOrder, secondOrder])
      assert.deepEqual(await database.load(orders, []), [])
      assert.deepEqual(await database.load(orders, ['unknown']), [])
    })

    test('when it is selected, unless only roots are wanted', async (database) => {
      await stock(database)
      const { rows } = await database.select(selecting(orders))
      assert.deepEqual(rows.map(outline), [firstOrder, secondOrder])
      const alone = await database.select(selecting(orders, { rootsOnly: true }))
      assert.deepEqual(
        alone.rows.map(({ row, children }) => [row.id, children]),
        [
          ['o1', []],
          ['o2', []],
        ],
      )
    })

    test('however many there are', async (database) => {
      const rows = times(450, (number) => item(`i${number}`, 'o1', 449 - number))
      await database.commit(
        changes({
          inserts: [
            { table: orders.table, rows: [order('o1')] },
            { table: items, rows },
          ],
        }),
      )
      const { children } = await loadOne(database, orders, 'o1')
      assert.deepEqual(ids(children[0]), rows.map((row) => row.id).reverse())
    })

    test('with places that two children share, by primary key', async (database) => {
      const rows = [item('b', 'o1', 1), item('c', 'o1', 0), item('a', 'o1', 1)]
      await database.commit(
        changes({
          inserts: [
            { table: orders.table, rows: [order('o1')] },
            { table: items, rows },
          ],
        }),
      )
      assert.deepEqual(ids((await loadOne(database, orders, 'o1')).children[0]), ['c', 'a', 'b'])
    })
  })

  describe('children change with their root', () => {
    test('some added, some changed, some moved, some removed', async (database) => {
      await stock(database)
      await database.commit({
        deletes: [{ table: items, id: 'i3' }],
        updates: [
          ...updatingOrder(order('o1'), 0).updates,
          { table: items, id: 'i1', row: item('i1', 'o1', 2, { quantity: 7 }) },
          { table: discounts, id: 'd1', row: discount('d1', 'i2', 0) },
        ],
        inserts: [
          { table: items, rows: [item('i4', 'o1', 0)] },
          { table: discounts, rows: [discount('d4', 'i4', 0)] },
        ],
        appends: [],
      })
      const root = await loadOne(database, orders, 'o1')
      assert.deepEqual(outline(root), [
        'o1',
        [
          ['i4', ['d4']],
          ['i2', ['d1']],
          ['i1', ['d2']],
        ],
        ['n1', 'n2'],
      ])
      assert.equal(root.row.version, 1)
      assert.equal(root.children[0]?.[2]?.row.quantity, 7)
    })
  })

  describe('children go with their parent', () => {
    test('of a deleted root, as deep as they go, and no others', async (database) => {
      await stock(database)
      await database.commit(changes({ deletes: [{ table: orders.table, id: 'o1', expectedVersion: 0 }] }))
      assert.deepEqual(await remaining(database), [1, 1, 1, 0])
      assert.deepEqual(outline(await loadOne(database, orders, 'o2')), secondOrder)
    })

    test('of a deleted child', async (database) => {
      await stock(database)
      await database.commit(changes({ deletes: [{ table: items, id: 'i1' }] }))
      assert.deepEqual(await remaining(database), [2, 3, 2, 2])
    })

    test('also when they are named beside it, before or after', async (database) => {
      await stock(database)
      const deletes = [
        { table: discounts, id: 'd1' },
        { table: orders.table, id: 'o1' },
        { table: items, id: 'i2' },
      ]
      await database.commit(changes({ deletes }))
      assert.deepEqual(await remaining(database), [1, 1, 1, 0])
    })

    test('of rows that a condition deletes', async (database) => {
      await stock(database)
      assert.equal(await database.deleteWhere(orders.table, is('id', 'o1')), 1)
      assert.deepEqual(await remaining(database), [1, 1, 1, 0])
    })

    test('so the same ones can be stored again', async (database) => {
      await stock(database)
      await database.commit(
        changes({
          deletes: [
            { table: orders.table, id: 'o1' },
            { table: orders.table, id: 'o2' },
          ],
        }),
      )
      await stock(database)
      assert.deepEqual(outline(await loadOne(database, orders, 'o1')), firstOrder)
    })
  })
}
