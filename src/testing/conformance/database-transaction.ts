import assert from 'node:assert/strict'
import { NO_CHANGES } from '../../ports/change-set.ts'
import { EVERYTHING } from '../../ports/criteria.ts'
import type { Database, Transaction } from '../../ports/database.ts'
import { refused, times } from './assertions.ts'
import { compare } from './criteria-cases.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { changes, inserting, is, loadOne, selectedIds, selecting, together, updatingOrder } from './rows.ts'
import { item, items, order, orders, people, person, tickets } from './schemas.ts'

/**
 * While a transaction is open, no test waits for anybody else: an adapter with one connection, or with locks, may let others go on only
 * when the transaction has ended.
 */
async function stock(database: Database): Promise<void> {
  await database.commit(
    changes({
      inserts: [
        { table: orders.table, rows: [order('o1', { total: 1 }), order('o2', { total: 2 })] },
        { table: items, rows: [item('i1', 'o1', 0), item('i2', 'o1', 1)] },
        { table: people.table, rows: [person('p1', { contact_email: 'ann@example.com', visits: 1 })] },
      ],
    }),
  )
}

export function transactionConformance({ describe, test, transactionTest }: DatabaseSuite): void {
  describe('a transaction sees what it has changed', () => {
    transactionTest('by every way of reading', async (database) => {
      await stock(database)
      const transaction = await database.begin()
      await transaction.apply({
        ...updatingOrder(order('o1', { total: 10 }), 0),
        deletes: [{ table: orders.table, id: 'o2', expectedVersion: 0 }],
        inserts: [
          { table: orders.table, rows: [order('o3', { total: 3 })] },
          { table: items, rows: [item('i3', 'o1', 2), item('i0', 'o1', -1)] },
        ],
      })
      assert.deepEqual(await selectedIds(transaction, orders, { orderBy: [{ column: 'total', descending: false }] }), ['o3', 'o1'])
      assert.deepEqual(await selectedIds(transaction, orders, { where: is('id', 'o2') }), [])
      assert.deepEqual(await selectedIds(transaction, orders, { where: compare('total', 'gt', 2), limit: 1, after: ['o1'] }), ['o3'])
      assert.deepEqual(
        (await loadOne(transaction, orders, 'o1')).children[0]?.map(({ row }) => row.id),
        ['i0', 'i1', 'i2', 'i3'],
      )
      assert.deepEqual(await transaction.load(orders, ['o2']), [])
      assert.equal(await transaction.count(items, is('order_id', 'o1')), 4)
      assert.equal(await transaction.exists(orders.table, is('total', 1)), false)
      assert.equal(await transaction.exists(orders.table, { op: 'some', child: items, where: is('place', -1) }), true)
      assert.equal((await transaction.select(selecting(orders, { limit: 1, withTotal: true }))).total, 2)
      await transaction.rollback()
    })

    transactionTest('change upon change', async (database) => {
      await stock(database)
      const transaction = await database.begin()
      for (let version = 0; version < 4; version += 1) await transaction.apply(updatingOrder(order('o1', { total: version }), version))
      await transaction.apply(inserting(items, item('i3', 'o1', 2)))
      await transaction.apply(changes({ updates: [{ table: items, id: 'i3', row: item('i3', 'o1', 2, { quantity: 5 }) }] }))
      await transaction.apply(
        changes({
          deletes: [
            { table: items, id: 'i3' },
            { table: items, id: 'i1' },
          ],
        }),
      )
      await transaction.apply(inserting(items, item('i1', 'o1', 7)))
      await transaction.commit(NO_CHANGES)
      const { row, children } = await loadOne(database, orders, 'o1')
      assert.deepEqual([row.version, row.total], [4, 3])
      assert.deepEqual(
        children[0]?.map((child) => [child.row.id, child.row.place]),
        [
          ['i2', 1],
          ['i1', 7],
        ],
      )
    })

    transactionTest('children that it changed, moved or removed', async (database) => {
      await stock(database)
      const transaction = await database.begin()
      await transaction.apply(
        changes({
          updates: [
            { table: items, id: 'i1', row: item('i1', 'o1', 5) },
            { table: items, id: 'i2', row: item('i2', 'o2', 0) },
          ],
          inserts: [{ table: items, rows: [item('i3', 'o1', 1), item('i4', 'o1', 2)] }],
        }),
      )
      await transaction.apply(
        changes({ deletes: [{ table: items, id: 'i4' }], updates: [{ table: items, id: 'i3', row: item('i3', 'o2', 1) }] }),
      )
      const childrenOf = async (id: string) => (await loadOne(transaction, orders, id)).children[0]?.map(({ row }) => row.id)
      assert.deepEqual([await childrenOf('o1'), await childrenOf('o2')], [['i1'], ['i2', 'i3']])
      assert.equal(await transaction.count(items, is('order_id', 'o1')), 1)
      await transaction.rollback()
    })

    transactionTest('also what it changed by a condition', async (database) => {
      await stock(database)
      const transaction = await database.begin()
      await transaction.apply(inserting(people.table, person('p2', { visits: 2 }), person('p3', { visits: 3 })))
      assert.equal(await transaction.updateWhere(people.table, compare('visits', 'gte', 2), { visits: 20 }), 2)
      assert.equal(await transaction.deleteWhere(people.table, is('visits', 1)), 1)
      assert.equal(await transaction.deleteWhere(orders.table, is('id', 'o1')), 1)
      assert.deepEqual(await selectedIds(transaction, people, { where: is('visits', 20) }), ['p2', 'p3'])
      assert.equal(await transaction.count(items, EVERYTHING), 0)
      await transaction.commit(NO_CHANGES)
      assert.deepEqual(await selectedIds(database, people), ['p2', 'p3'])
      assert.equal(await database.count(items, EVERYTHING), 0)
    })

    transactionTest('and is bound by it', async (database) => {
      await stock(database)
      const first = await database.begin()
      await first.apply(inserting(people.table, person('p2', { contact_email: 'bob@example.com' })))
      await refused(first.apply(inserting(people.table, person('p3', { contact_email: 'bob@example.com' }))), 'UNIQUE_VIOLATION')
      await first.rollback()
      const second = await database.begin()
      await second.apply(updatingOrder(order('o1'), 0))
      await refused(second.apply(updatingOrder(order('o1'), 0)), 'EXPECTED_VERSION')
      await second.rollback()
    })

    transactionTest('and free to take what it gave up', async (database) => {
      await stock(database)
      const transaction = await database.begin()
      await transaction.apply(changes({ deletes: [{ table: people.table, id: 'p1' }] }))
      await transaction.apply(inserting(people.table, person('p2', { contact_email: 'ann@example.com' })))
      await transaction.apply(
        changes({ updates: [{ table: people.table, id: 'p2', row: person('p2', { contact_email: 'bob@example.com' }) }] }),
      )
      await transaction.apply(inserting(people.table, person('p3', { contact_email: 'ann@example.com' })))
      assert.deepEqual(await selectedIds(transaction, people, { where: is('contact_email', 'ann@example.com') }), ['p3'])
      await transaction.commit(NO_CHANGES)
      assert.deepEqual(await selectedIds(database, people), ['p2', 'p3'])
    })
  })

  describe('G1: a transaction is stored as a whole or not at all', () => {
    transactionTest('everything, with what the commit brings', async (database) => {
      await stock(database)
      const transaction = await database.begin()
      const applied = await transaction.apply(inserting(tickets.table, { number: null, title: 'first', seat: 9 }))
      const receipt = await transaction.commit(inserting(tickets.table, { number: null, title: 'second', seat: 9 }))
      assert.deepEqual(
        applied.generated.map(({ id, value }) => [id, value]),
        [['1', 1]],
      )
      assert.deepEqual(
        receipt.generated.map(({ id, value }) => [id, value]),
        [
          ['1', 1],
          ['2', 2],
        ],
      )
      assert.deepEqual(await selectedIds(database, tickets), [1, 2])
    })

    transactionTest('nothing after a rollback, and nobody saw it meanwhile', async (database) => {
      await stock(database)
      const transaction = await database.begin()
      await transaction.apply(together(updatingOrder(order('o1', { status: 'placed' }), 0), inserting(orders.table, order('o3'))))
      await transaction.deleteWhere(people.table, EVERYTHING)
      await transaction.updateWhere(items, EVERYTHING, { quantity: 99 })
      const meanwhile = Promise.all([
        selectedIds(database, orders),
        database.count(people.table, EVERYTHING),
        database.count(items, is('quantity', 99)),
      ])
      await transaction.rollback()
      assert.deepEqual(await meanwhile, [['o1', 'o2'], 1, 0])
      assert.deepEqual(await selectedIds(database, orders, { where: is('status', 'draft') }), ['o1', 'o2'])
      assert.equal(await database.count(people.table, EVERYTHING), 1)
      assert.equal(await database.count(items, is('quantity', 1)), 2)
    })

    transactionTest('nothing when the commit is refused', async (database) => {
      await stock(database)
      const transaction = await database.begin()
      await transaction.apply(inserting(orders.table, order('o3')))
      await transaction.updateWhere(people.table, EVERYTHING, { visits: 50 })
      await refused(transaction.commit(inserting(people.table, person('p1'))), 'UNIQUE_VIOLATION')
      assert.deepEqual(await selectedIds(database, orders), ['o1', 'o2'])
      assert.equal(await database.count(people.table, is('visits', 50)), 0)
    })

    transactionTest('nothing once one of its changes has failed', async (database) => {
      await stock(database)
      const failures = [
        (one: Transaction) => one.apply(inserting(orders.table, order('o4'), order('o1'))),
        (one: Transaction) => one.updateWhere(people.table, EVERYTHING, { id: 'x' }),
      ]
      for (const failure of failures) {
        const transaction = await database.begin()
        await transaction.apply(inserting(orders.table, order('o3')))
        await assert.rejects(failure(transaction))
        await refused(transaction.count(orders.table, EVERYTHING), 'TRANSACTION_FAILED')
        await refused(transaction.apply(NO_CHANGES), 'TRANSACTION_FAILED')
        await refused(transaction.commit(NO_CHANGES), 'TRANSACTION_FAILED')
        await transaction.rollback()
        assert.deepEqual(await selectedIds(database, orders), ['o1', 'o2'])
      }
    })

    transactionTest('nothing when the database is closed before it ends', async (database) => {
      await stock(database)
      const transaction = await database.begin()
      await transaction.apply(inserting(orders.table, order('o3')))
      await database.close()
      await refused(transaction.commit(NO_CHANGES), 'NOT_OPEN')
      await refused(transaction.count(orders.table, EVERYTHING), 'NOT_OPEN')
      await transaction.rollback()
      await database.open()
      await database.createArtifacts([orders])
      await refused(transaction.commit(NO_CHANGES), 'NOT_OPEN')
      assert.equal(await database.count(orders.table, is('id', 'o3')), 0)
    })
  })

  describe('a transaction ends once', () => {
    transactionTest('and is of no use afterwards', async (database) => {
      const committed = await database.begin()
      await committed.commit(NO_CHANGES)
      const rolledBack = await database.begin()
      await rolledBack.rollback()
      for (const transaction of [committed, rolledBack]) {
        await refused(transaction.commit(NO_CHANGES), 'TRANSACTION_ENDED')
        await refused(transaction.apply(NO_CHANGES), 'TRANSACTION_ENDED')
        await refused(transaction.load(orders, ['o1']), 'TRANSACTION_ENDED')
        await refused(transaction.select(selecting(orders)), 'TRANSACTION_ENDED')
        await refused(transaction.count(orders.table, EVERYTHING), 'TRANSACTION_ENDED')
        await refused(transaction.exists(orders.table, EVERYTHING), 'TRANSACTION_ENDED')
        await refused(transaction.updateWhere(orders.table, EVERYTHING, { total: 1 }), 'TRANSACTION_ENDED')
        await refused(transaction.deleteWhere(orders.table, EVERYTHING), 'TRANSACTION_ENDED')
        await transaction.rollback()
      }
    })

    transactionTest('a rollback after the commit takes nothing back', async (database) => {
      const transaction = await database.begin()
      await transaction.commit(inserting(orders.table, order('o1')))
      await transaction.rollback()
      assert.deepEqual(await selectedIds(database, orders), ['o1'])
    })

    transactionTest('many one after the other leave room for more', async (database) => {
      for (const number of times(30, (at) => at)) {
        const transaction = await database.begin()
        await transaction.apply(inserting(orders.table, order(`o${number}`)))
        await (number % 2 === 0 ? transaction.commit(NO_CHANGES) : transaction.rollback())
      }
      assert.equal(await database.count(orders.table, EVERYTHING), 15)
    })
  })

  describe('a database without transactions says so', () => {
    test('when one is asked for', async (database, context) => {
      if (database.capabilities.transactions) context.skip('capabilities.transactions is true')
      else await refused(database.begin(), 'NOT_SUPPORTED')
    })
  })
}
