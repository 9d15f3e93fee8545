import assert from 'node:assert/strict'
import type { Row } from '../../ports/table.ts'
import { allDone, refused, times } from './assertions.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { changes, inserting, loadOne, selectedIds, selecting } from './rows.ts'
import { orders, tickets } from './schemas.ts'

function ticket(title: string, more: Row = {}): Row {
  return { number: null, title, seat: null, ...more }
}

export function generatedConformance({ describe, test }: DatabaseSuite): void {
  describe('generated columns are numbered from 1', () => {
    test('in the order of the rows, and the receipt says so', async (database) => {
      const { generated } = await database.commit(inserting(tickets.table, ticket('a'), ticket('b'), ticket('c')))
      const numbers = generated.filter(({ column }) => column === 'number')
      assert.deepEqual(
        numbers,
        [1, 2, 3].map((value) => ({ table: tickets.table.name, id: String(value), column: 'number', value })),
      )
      const { rows } = await database.select(selecting(tickets))
      assert.deepEqual(
        rows.map(({ row }) => [row.number, row.title]),
        [
          [1, 'a'],
          [2, 'b'],
          [3, 'c'],
        ],
      )
    })

    test('every generated column for itself', async (database) => {
      await database.commit(inserting(tickets.table, ticket('a', { number: 10 }), ticket('b', { number: 11 })))
      const { generated } = await database.commit(inserting(tickets.table, ticket('c', { number: 12 })))
      assert.deepEqual(generated, [{ table: tickets.table.name, id: '12', column: 'seat', value: 3 }])
      assert.equal((await loadOne(database, tickets, '12')).row.seat, 3)
    })

    test('a value that was given is kept, and the numbers go on after it', async (database) => {
      const first = await database.commit(inserting(tickets.table, ticket('a', { number: 5, seat: 50 })))
      assert.deepEqual(first.generated, [])
      await database.commit(inserting(tickets.table, ticket('b'), ticket('c', { number: 2 }), ticket('d')))
      const { rows } = await database.select(selecting(tickets))
      assert.deepEqual(
        rows.map(({ row }) => [row.title, row.number, row.seat]),
        [
          ['c', 2, 52],
          ['a', 5, 50],
          ['b', 6, 51],
          ['d', 7, 53],
        ],
      )
    })

    test('none is given twice, whoever asks at once', async (database) => {
      await allDone(times(20, (number) => database.commit(inserting(tickets.table, ticket(`a${number}`), ticket(`b${number}`)))))
      assert.deepEqual(
        await selectedIds(database, tickets),
        times(40, (number) => number + 1),
      )
    })

    test('none is given again after a change set that was refused', async (database) => {
      await database.commit(inserting(tickets.table, ticket('a')))
      const doomed = { ...inserting(tickets.table, ticket('b')), deletes: [{ table: orders.table, id: 'none', expectedVersion: 1 }] }
      await refused(database.commit(doomed), 'EXPECTED_VERSION')
      const { generated } = await database.commit(inserting(tickets.table, ticket('c')))
      assert.ok(Number(generated.find(({ column }) => column === 'number')?.value) >= 2)
      assert.equal((await selectedIds(database, tickets)).length, 2)
    })

    test('from 1 again after a reset', async (database) => {
      await database.commit(inserting(tickets.table, ticket('a'), ticket('b')))
      await database.resetData()
      await database.commit(inserting(tickets.table, ticket('c')))
      assert.deepEqual(await selectedIds(database, tickets), [1])
    })
  })

  describe('a generated primary key is a key like any other', () => {
    test('to load, to update and to delete by, given as text', async (database) => {
      await database.commit(inserting(tickets.table, ...times(12, (number) => ticket(`t${number}`))))
      assert.equal((await loadOne(database, tickets, '10')).row.title, 't9')
      await database.commit(changes({ updates: [{ table: tickets.table, id: '10', row: ticket('changed', { number: 10, seat: 1 }) }] }))
      await database.commit(changes({ deletes: [{ table: tickets.table, id: '2' }] }))
      assert.equal((await loadOne(database, tickets, '10')).row.title, 'changed')
      // By number, not as text.
      assert.deepEqual(await selectedIds(database, tickets), [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    })

    test('and a taken one is refused', async (database) => {
      await database.commit(inserting(tickets.table, ticket('a')))
      await refused(database.commit(inserting(tickets.table, ticket('b', { number: 1 }))), 'UNIQUE_VIOLATION')
    })
  })
}
