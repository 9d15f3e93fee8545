import assert from 'node:assert/strict'
import type { ChangeSet } from '../../ports/change-set.ts'
import { NO_CHANGES } from '../../ports/change-set.ts'
import { EVERYTHING } from '../../ports/criteria.ts'
import type { Database } from '../../ports/database.ts'
import { allDone, oneWins, refused, times } from './assertions.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { changes, inserting, loadOne, selectedIds, together, updatingOrder } from './rows.ts'
import { item, items, order, orders, people, person } from './schemas.ts'

/** Applies a change in a transaction of its own, which is refused at once or when it commits. */
async function inTransaction(database: Database, change: ChangeSet): Promise<void> {
  const transaction = await database.begin()
  try {
    await transaction.apply(change)
    await transaction.commit(NO_CHANGES)
  } finally {
    await transaction.rollback()
  }
}

export function transactionConflictConformance({ describe, transactionTest }: DatabaseSuite): void {
  describe('G2: a transaction with a stale write is refused', () => {
    transactionTest('when somebody else was first', async (database) => {
      await database.commit(inserting(orders.table, order('o1')))
      await database.commit(updatingOrder(order('o1', { total: 1 }), 0))
      await refused(inTransaction(database, updatingOrder(order('o1', { total: 2 }), 0)), 'EXPECTED_VERSION')
      assert.equal((await loadOne(database, orders, 'o1')).row.total, 1)
    })

    transactionTest('of concurrent ones on one version exactly one is stored, with all that belongs to it', async (database) => {
      await database.commit(inserting(orders.table, order('o1')))
      for (let version = 0; version < 4; version += 1) {
        const attempts = times(6, (contender) => {
          const write = together(
            updatingOrder(order('o1', { total: contender }), version),
            inserting(items, item(`i${version}-${contender}`, 'o1', version)),
          )
          return contender % 2 === 0 ? inTransaction(database, write) : database.commit(write)
        })
        const winner = await oneWins(attempts, 'EXPECTED_VERSION')
        const { row, children } = await loadOne(database, orders, 'o1')
        assert.deepEqual([row.version, row.total], [version + 1, winner])
        assert.deepEqual(children[0]?.map((child) => child.row.id).at(-1), `i${version}-${winner}`)
        assert.equal(children[0]?.length, version + 1)
      }
    })

    transactionTest('of a transaction and a commit that overtakes it one is stored', async (database) => {
      await database.commit(inserting(orders.table, order('o1')))
      const transaction = await database.begin()
      const applied = transaction.apply(updatingOrder(order('o1', { status: 'slow' }), 0))
      const slow = applied.then(() => transaction.commit(NO_CHANGES)).finally(() => transaction.rollback())
      await oneWins([slow, database.commit(updatingOrder(order('o1', { status: 'quick' }), 0))], 'EXPECTED_VERSION')
      assert.equal((await loadOne(database, orders, 'o1')).row.version, 1)
    })
  })

  describe('a transaction with a value that somebody else took is refused', () => {
    transactionTest('whoever comes first', async (database) => {
      const rows = times(6, (number) => person(`p${number}`, { contact_email: 'ann@example.com' }))
      const attempts = rows.map((row, at) =>
        at % 2 === 0 ? inTransaction(database, inserting(people.table, row)) : database.commit(inserting(people.table, row)),
      )
      const winner = await oneWins(attempts, 'UNIQUE_VIOLATION')
      assert.deepEqual(await selectedIds(database, people), [`p${winner}`])
    })

    transactionTest('also when it is overtaken after it has applied its changes', async (database) => {
      const transaction = await database.begin()
      const applied = transaction.apply(inserting(people.table, person('slow', { contact_email: 'ann@example.com' })))
      const slow = applied.then(() => transaction.commit(NO_CHANGES)).finally(() => transaction.rollback())
      const quick = database.commit(inserting(people.table, person('quick', { contact_email: 'ann@example.com' })))
      await oneWins([slow, quick], 'UNIQUE_VIOLATION')
      assert.equal((await selectedIds(database, people)).length, 1)
    })

    transactionTest('but those on rows of their own all get through', async (database) => {
      await database.commit(inserting(orders.table, ...times(12, (number) => order(`o${number}`))))
      await Promise.all(times(12, (number) => inTransaction(database, updatingOrder(order(`o${number}`, { status: 'placed' }), 0))))
      const placed = await selectedIds(database, orders, { where: { op: 'compare', column: 'status', lookup: 'eq', value: 'placed' } })
      assert.equal(placed.length, 12)
    })
  })

  describe('a change by a condition holds until the transaction commits', () => {
    transactionTest('for the rows that it met', async (database) => {
      await database.commit(inserting(people.table, person('p1', { visits: 1 }), person('p2', { visits: 2 })))
      const transaction = await database.begin()
      assert.equal(
        await transaction.updateWhere(people.table, { op: 'compare', column: 'visits', lookup: 'gte', value: 2 }, { visits: 20 }),
        1,
      )
      const other = database.commit(changes({ updates: [{ table: people.table, id: 'p1', row: person('p1', { visits: 5 }) }] }))
      const committed = transaction.commit(NO_CHANGES)
      await Promise.all([other, committed])
      assert.equal((await loadOne(database, people, 'p1')).row.visits, 5)
      assert.equal((await loadOne(database, people, 'p2')).row.visits, 20)
    })

    transactionTest('but brings back nothing that somebody else deletes', async (database) => {
      await database.commit(inserting(people.table, person('p1', { visits: 1 }), person('p2', { visits: 2 })))
      const transaction = await database.begin()
      assert.equal(await transaction.updateWhere(people.table, EVERYTHING, { visits: 20 }), 2)
      const other = database.commit(changes({ deletes: [{ table: people.table, id: 'p1' }] }))
      await allDone<unknown>([other, transaction.commit(NO_CHANGES)])
      assert.deepEqual(await selectedIds(database, people), ['p2'])
    })
  })
}
