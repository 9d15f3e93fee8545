import assert from 'node:assert/strict'
import { NO_CHANGES } from '../../ports/change-set.ts'
import { EVERYTHING } from '../../ports/criteria.ts'
import type { Claim, DatabaseBulkWrites } from '../../ports/database.ts'
import type { ColumnValue } from '../../ports/table.ts'
import { refused, times } from './assertions.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { contents, inserting, is, loadOne, selectedIds, together, updatingOrder } from './rows.ts'
import { item, items, order, orders, people, person } from './schemas.ts'

const DRAFTS: Claim = { cluster: orders, where: is('status', 'draft'), orderBy: [], values: { status: 'taken' } }

async function claimed(from: DatabaseBulkWrites, claim: Partial<Claim> = {}): Promise<readonly (ColumnValue | undefined)[]> {
  return (await from.claim({ ...DRAFTS, ...claim })).map(({ row }) => row.id)
}

export function claimConformance({ describe, test, transactionTest }: DatabaseSuite): void {
  describe('G9: what one caller claims, no other one is given', () => {
    test('the first ones in their order, as they are then, and those after them the next time', async (database) => {
      await database.commit(inserting(orders.table, ...times(5, (total) => order(`o${total}`, { total }))))
      const claim: Claim = { ...DRAFTS, orderBy: [{ column: 'total', descending: true }], limit: 2 }
      const rows = await database.claim(claim)
      assert.deepEqual(
        rows.map(({ row }) => ({ ...row })),
        [4, 3].map((total) => order(`o${total}`, { total, status: 'taken', version: 1 })),
      )
      assert.deepEqual({ ...(await loadOne(database, orders, 'o4')).row }, { ...rows[0]?.row })
      assert.deepEqual(await claimed(database, claim), ['o2', 'o1'])
      assert.deepEqual(await claimed(database, claim), ['o0'])
      assert.deepEqual(await claimed(database, claim), [])
    })

    test('in the order that they had, also where the claim changes what they are ordered by', async (database) => {
      await database.commit(inserting(people.table, ...times(4, (visits) => person(`p${visits}`, { visits, tenant: 't' }))))
      const rows = await database.claim({
        cluster: people,
        where: is('tenant', 't'),
        orderBy: [{ column: 'visits', descending: true }],
        values: { visits: null, tenant: 'u' },
      })
      assert.deepEqual(
        rows.map(({ row }) => [row.id, row.visits]),
        ['p3', 'p2', 'p1', 'p0'].map((id) => [id, null]),
      )
    })

    test('with their children, and by what those are like', async (database) => {
      await database.commit(together(inserting(orders.table, order('o1'), order('o2')), inserting(items, item('i1', 'o2', 0))))
      const rows = await database.claim({ ...DRAFTS, where: { op: 'some', child: items, where: is('sku', 'sku-i1') } })
      assert.deepEqual(
        rows.map(({ row, children: [of] }) => [row.id, (of ?? []).map((one) => one.row.id)]),
        [['o2', ['i1']]],
      )
    })

    test('none with a limit of none, and all without one', async (database) => {
      await database.commit(inserting(orders.table, ...times(300, (number) => order(`o${number}`))))
      assert.deepEqual(await claimed(database, { limit: 0 }), [])
      assert.equal(await database.count(orders.table, is('status', 'draft')), 300)
      assert.equal((await claimed(database)).length, 300)
    })

    test('however many callers claim at once', async (database) => {
      await database.commit(inserting(orders.table, ...times(40, (number) => order(`o${number}`))))
      const rounds = await Promise.all(
        times(8, async () => {
          const own: unknown[] = []
          for (let round = 0; round < 3; round += 1) own.push(...(await claimed(database, { limit: 3 })))
          return own
        }),
      )
      const given = [...rounds.flat(), ...(await claimed(database))]
      assert.equal(new Set(given).size, given.length)
      assert.equal(given.length, 40)
    })

    test('and who had read a row before can no longer write it', async (database) => {
      await database.commit(inserting(orders.table, order('o1')))
      await claimed(database)
      await refused(database.commit(updatingOrder(order('o1', { total: 7 }), 0)), 'EXPECTED_VERSION')
    })

    test('all or none: a taken value fails the whole', async (database) => {
      await database.commit(inserting(people.table, person('p1'), person('p2')))
      const before = await contents(database, [people])
      const claim = { cluster: people, where: EVERYTHING, orderBy: [], values: { contact_email: 'same@example.com' } }
      await refused(database.claim(claim), 'UNIQUE_VIOLATION')
      assert.deepEqual(await contents(database, [people]), before)
    })

    test('unless it marks nothing, sets a version or key, or has a page or condition that does not fit', async (database) => {
      await database.commit(inserting(orders.table, order('o1')))
      await refused(claimed(database, { values: {} }), 'INVALID_CLAIM')
      await refused(claimed(database, { values: { version: 7 } }), 'INVALID_CLAIM')
      await refused(claimed(database, { values: { id: 'o9' } }), 'PRIMARY_KEY_CHANGED')
      await refused(claimed(database, { values: { colour: 'red' } }), 'UNKNOWN_COLUMN')
      await refused(claimed(database, { limit: -1 }), 'INVALID_PAGE')
      await refused(claimed(database, { where: is('colour', 'red') }), 'UNKNOWN_COLUMN')
      assert.deepEqual(await selectedIds(database, orders, { where: is('version', 0) }), ['o1'])
    })
  })

  describe('what a transaction claims is its own until it ends', () => {
    transactionTest('and for good when it has committed', async (database) => {
      await database.commit(inserting(orders.table, ...times(3, (number) => order(`o${number}`))))
      const transaction = await database.begin()
      assert.deepEqual(await claimed(transaction, { limit: 2 }), ['o0', 'o1'])
      assert.deepEqual(await selectedIds(transaction, orders, { where: is('status', 'taken') }), ['o0', 'o1'])
      const others = claimed(database)
      await transaction.commit(NO_CHANGES)
      assert.deepEqual(await others, ['o2'])
      assert.equal(await database.count(orders.table, is('status', 'taken')), 3)
    })

    transactionTest('and free again when it has rolled back', async (database) => {
      await database.commit(inserting(orders.table, order('o1')))
      const transaction = await database.begin()
      assert.deepEqual(await claimed(transaction), ['o1'])
      await transaction.rollback()
      assert.deepEqual(await claimed(database), ['o1'])
    })

    transactionTest('also without a mark, which it may make later', async (database) => {
      await database.commit(inserting(orders.table, order('o1'), order('o2')))
      const transaction = await database.begin()
      assert.deepEqual(await claimed(transaction, { limit: 1, values: {} }), ['o1'])
      assert.deepEqual(await claimed(transaction, { limit: 1, values: {} }), ['o1'])
      const others = claimed(database)
      await transaction.commit(updatingOrder(order('o1', { status: 'done' }), 0))
      assert.deepEqual(await others, ['o2'])
      assert.equal((await loadOne(database, orders, 'o1')).row.version, 1)
    })
  })
}
