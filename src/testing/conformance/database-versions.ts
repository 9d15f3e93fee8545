import assert from 'node:assert/strict'
import { ExpectedVersionError } from '../../errors.ts'
import { EVERYTHING } from '../../ports/criteria.ts'
import type { Database } from '../../ports/database.ts'
import { allDone, oneWins, refused, retrying, times } from './assertions.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { changes, inserting, loadOne, updatingOrder } from './rows.ts'
import { item, items, order, orders, people, person } from './schemas.ts'

const CONTENDERS = 8
const ROUNDS = 5

async function versionOf(database: Database, id: string): Promise<number> {
  return Number((await loadOne(database, orders, id)).row.version)
}

export function versionConformance({ describe, test }: DatabaseSuite): void {
  describe('G2: a stale write is refused', () => {
    test('an update, and the row stays as the other writer left it', async (database) => {
      await database.commit(inserting(orders.table, order('o1')))
      await database.commit(updatingOrder(order('o1', { status: 'placed' }), 0))
      const error = await refused(database.commit(updatingOrder(order('o1', { status: 'cancelled' }), 0)), 'EXPECTED_VERSION')
      assert.ok(error instanceof ExpectedVersionError)
      assert.equal(error.expected, 0)
      assert.ok(error.retryable)
      assert.deepEqual({ ...(await loadOne(database, orders, 'o1')).row }, order('o1', { status: 'placed', version: 1 }))
    })

    test('a version that is yet to come is no better', async (database) => {
      await database.commit(inserting(orders.table, order('o1')))
      await refused(database.commit(updatingOrder(order('o1'), 1)), 'EXPECTED_VERSION')
      assert.equal(await versionOf(database, 'o1'), 0)
    })

    test('a delete', async (database) => {
      await database.commit(inserting(orders.table, order('o1')))
      await database.commit(updatingOrder(order('o1'), 0))
      await refused(database.commit(changes({ deletes: [{ table: orders.table, id: 'o1', expectedVersion: 0 }] })), 'EXPECTED_VERSION')
      assert.equal(await versionOf(database, 'o1'), 1)
      await database.commit(changes({ deletes: [{ table: orders.table, id: 'o1', expectedVersion: 1 }] }))
      assert.deepEqual(await database.load(orders, ['o1']), [])
    })

    test('one that changes only children', async (database) => {
      await database.commit(
        changes({
          inserts: [
            { table: orders.table, rows: [order('o1')] },
            { table: items, rows: [item('i1', 'o1', 0)] },
          ],
        }),
      )
      await database.commit(updatingOrder(order('o1'), 0))
      const stale = {
        ...updatingOrder(order('o1'), 0),
        deletes: [{ table: items, id: 'i1' }],
        inserts: [{ table: items, rows: [item('i2', 'o1', 1)] }],
      }
      await refused(database.commit(stale), 'EXPECTED_VERSION')
      assert.deepEqual(
        (await loadOne(database, orders, 'o1')).children[0]?.map(({ row }) => row.id),
        ['i1'],
      )
    })

    test('of a row that is gone, to update or to delete', async (database) => {
      const gone = [updatingOrder(order('o1'), 0), changes({ deletes: [{ table: orders.table, id: 'o1', expectedVersion: 0 }] })]
      for (const change of gone) {
        const error = await refused(database.commit(change), 'EXPECTED_VERSION')
        assert.ok(error instanceof ExpectedVersionError)
        assert.equal(error.actual, undefined)
      }
      assert.equal(await database.count(orders.table, EVERYTHING), 0)
    })

    test('one writer saves again and again', async (database) => {
      await database.commit(inserting(orders.table, order('o1')))
      for (let version = 0; version < ROUNDS; version += 1) await database.commit(updatingOrder(order('o1', { total: version }), version))
      assert.deepEqual({ ...(await loadOne(database, orders, 'o1')).row }, order('o1', { total: ROUNDS - 1, version: ROUNDS }))
    })
  })

  describe('G2: of concurrent writes on one version exactly one is stored', () => {
    test('whoever else tries', async (database) => {
      await database.commit(inserting(orders.table, order('o1')))
      for (let version = 0; version < ROUNDS; version += 1) {
        const attempts = times(CONTENDERS, (contender) => database.commit(updatingOrder(order('o1', { total: contender }), version)))
        const winner = await oneWins(attempts, 'EXPECTED_VERSION')
        assert.deepEqual({ ...(await loadOne(database, orders, 'o1')).row }, order('o1', { total: winner, version: version + 1 }))
      }
    })

    test('those that read again and retry lose nothing', async (database) => {
      await database.commit(inserting(orders.table, order('o1', { total: 0 })))
      const addOne = async () => {
        const { row } = await loadOne(database, orders, 'o1')
        return database.commit(updatingOrder(order('o1', { total: Number(row.total) + 1 }), Number(row.version)))
      }
      await allDone(times(CONTENDERS, () => retrying(addOne, 'EXPECTED_VERSION')))
      assert.deepEqual({ ...(await loadOne(database, orders, 'o1')).row }, order('o1', { total: CONTENDERS, version: CONTENDERS }))
    })
  })

  describe('without an expected version the last write wins', () => {
    test('whatever version is stored', async (database) => {
      await database.commit(inserting(orders.table, order('o1')))
      await database.commit(updatingOrder(order('o1'), 0))
      await database.commit(changes({ updates: [{ table: orders.table, id: 'o1', row: order('o1', { status: 'late', version: 9 }) }] }))
      assert.deepEqual({ ...(await loadOne(database, orders, 'o1')).row }, order('o1', { status: 'late', version: 9 }))
    })

    test('an update of a row that is not there is refused', async (database) => {
      const update = changes({ updates: [{ table: people.table, id: 'p1', row: person('p1') }] })
      await refused(database.commit(update), 'ROW_NOT_FOUND')
      assert.equal(await database.count(people.table, EVERYTHING), 0)
    })

    test('a delete of a row that is not there is fine', async (database) => {
      await database.commit(changes({ deletes: [{ table: people.table, id: 'p1' }] }))
      await database.commit(inserting(people.table, person('p1')))
      await database.commit(changes({ deletes: [{ table: people.table, id: 'p1' }] }))
      await database.commit(changes({ deletes: [{ table: people.table, id: 'p1' }] }))
      assert.equal(await database.count(people.table, EVERYTHING), 0)
    })
  })
}
