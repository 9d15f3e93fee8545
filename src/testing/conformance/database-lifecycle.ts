import assert from 'node:assert/strict'
import { NO_CHANGES } from '../../ports/change-set.ts'
import { EVERYTHING } from '../../ports/criteria.ts'
import type { Database } from '../../ports/database.ts'
import { allClosed, allDone, times } from './assertions.ts'
import type { DatabaseConformanceOptions, DatabaseSuite } from './database-suite.ts'
import { inserting, loadOne, selectedIds, selecting, together } from './rows.ts'
import { conformanceClusters, item, items, order, orders, people, person } from './schemas.ts'

function operations(database: Database): Record<string, () => Promise<unknown>> {
  return {
    load: () => database.load(orders, ['o1']),
    select: () => database.select(selecting(orders)),
    count: () => database.count(orders.table, EVERYTHING),
    exists: () => database.exists(orders.table, EVERYTHING),
    commit: () => database.commit(NO_CHANGES),
    updateWhere: () => database.updateWhere(orders.table, EVERYTHING, { total: 1 }),
    deleteWhere: () => database.deleteWhere(orders.table, EVERYTHING),
    ...(database.capabilities.transactions ? { begin: () => database.begin() } : {}),
    createArtifacts: () => database.createArtifacts(conformanceClusters),
    dropArtifacts: () => database.dropArtifacts(conformanceClusters),
    createTable: () => database.createTable(people.table),
    dropTable: () => database.dropTable(people.table),
    resetData: () => database.resetData(),
  }
}

export function databaseLifecycleConformance({ describe, test }: DatabaseSuite, { create }: DatabaseConformanceOptions): void {
  describe('a database works while it is open, and only then', () => {
    test('every operation is refused after close', async (database) => {
      assert.equal(await database.isAlive(), true)
      await database.close()
      assert.equal(await database.isAlive(), false)
      await allClosed(operations(database))
    })

    test('opening and closing may be repeated, and in turns', async (database) => {
      await database.open()
      await database.close()
      await database.close()
      await database.open()
      await database.createArtifacts(conformanceClusters)
      await database.commit(inserting(orders.table, order('o1')))
      assert.deepEqual(await selectedIds(database, orders), ['o1'])
    })

    test('what a durable one holds is still there when it is opened again', async (database, context) => {
      if (!database.capabilities.durable) return context.skip('capabilities.durable is false')
      await database.commit(inserting(orders.table, order('o1')))
      await database.close()
      await database.open()
      assert.equal((await loadOne(database, orders, 'o1')).row.status, 'draft')
    })

    test('it says what it is', async (database) => {
      assert.ok(database.name.length > 0)
      assert.ok(database.provider.length > 0)
    })
  })

  describe('artifacts and data can be made and removed again', () => {
    test('creating artifacts twice keeps what is there', async (database) => {
      await database.commit(inserting(orders.table, order('o1')))
      await database.createArtifacts(conformanceClusters)
      assert.deepEqual(await selectedIds(database, orders), ['o1'])
    })

    test('creating and dropping none changes nothing', async (database) => {
      await database.commit(inserting(orders.table, order('o1')))
      await database.createArtifacts([])
      await database.dropArtifacts([])
      assert.deepEqual(await selectedIds(database, orders), ['o1'])
    })

    test('dropping them takes everything along', async (database) => {
      await database.commit(inserting(people.table, person('p1', { contact_email: 'ann@example.com' })))
      await database.commit(together(inserting(orders.table, order('o1')), inserting(items, item('i1', 'o1', 0))))
      await database.dropArtifacts(conformanceClusters)
      await database.dropArtifacts(conformanceClusters)
      await database.createArtifacts(conformanceClusters)
      assert.deepEqual(await selectedIds(database, people), [])
      assert.equal(await database.count(items, EVERYTHING), 0)
      await database.commit(inserting(people.table, person('p1', { contact_email: 'ann@example.com' })))
    })

    test('a reset removes all rows and leaves the tables', async (database) => {
      await database.commit({
        ...NO_CHANGES,
        inserts: [
          { table: orders.table, rows: [order('o1')] },
          { table: people.table, rows: [person('p1')] },
        ],
      })
      await database.resetData()
      for (const cluster of conformanceClusters) assert.equal(await database.count(cluster.table, EVERYTHING), 0)
      await database.commit(inserting(people.table, person('p1')))
      assert.deepEqual(await selectedIds(database, people), ['p1'])
    })
  })

  describe('databases share nothing', () => {
    test('what is stored in one is not in another', async (database) => {
      const other = await create()
      try {
        await other.database.open()
        await other.database.createArtifacts(conformanceClusters)
        await database.commit(inserting(people.table, person('p1', { contact_email: 'ann@example.com' })))
        assert.deepEqual(await selectedIds(other.database, people), [])
        await other.database.commit(inserting(people.table, person('p1', { contact_email: 'ann@example.com' })))
      } finally {
        await other.dispose()
      }
    })

    test('many callers at once all get their own answers', async (database) => {
      await database.commit(inserting(orders.table, ...times(40, (total) => order(`o${total}`, { total }))))
      const totals = await allDone(times(40, async (number) => (await loadOne(database, orders, `o${number}`)).row.total))
      assert.deepEqual(
        totals,
        times(40, (number) => number),
      )
    })
  })
}
