import assert from 'node:assert/strict'
import { NO_CHANGES } from '../../ports/change-set.ts'
import { EVERYTHING } from '../../ports/criteria.ts'
import type { Database } from '../../ports/database.ts'
import { refused, tamper, times } from './assertions.ts'
import { compare } from './criteria-cases.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { contents, inserting, is, loadOne, selectedIds } from './rows.ts'
import { items, order, orders, people, person, sample, samples } from './schemas.ts'

async function stock(database: Database): Promise<void> {
  await database.commit(
    inserting(people.table, ...times(6, (visits) => person(`p${visits}`, { visits, tenant: 't', nick_name: `n${visits}` }))),
  )
}

export function bulkConformance({ describe, test }: DatabaseSuite): void {
  describe('rows are changed by a condition', () => {
    test('those that meet it, only in the columns given, and they are counted', async (database) => {
      await stock(database)
      assert.equal(await database.updateWhere(people.table, compare('visits', 'gte', 4), { contact_email: null, tenant: 'other' }), 2)
      assert.deepEqual(await selectedIds(database, people, { where: is('tenant', 'other') }), ['p4', 'p5'])
      assert.deepEqual({ ...(await loadOne(database, people, 'p4')).row }, person('p4', { visits: 4, tenant: 'other', nick_name: 'n4' }))
      assert.deepEqual({ ...(await loadOne(database, people, 'p3')).row }, person('p3', { visits: 3, tenant: 't', nick_name: 'n3' }))
    })

    test('none, when none meets it', async (database) => {
      await stock(database)
      assert.equal(await database.updateWhere(people.table, is('visits', 99), { tenant: 'other' }), 0)
      assert.equal(await database.count(people.table, is('tenant', 't')), 6)
    })

    test('all of them, however many', async (database) => {
      await database.commit(inserting(samples.table, ...times(1200, (number) => sample(`s${number}`))))
      assert.equal(await database.updateWhere(samples.table, EVERYTHING, { whole: 7 }), 1200)
      assert.equal(await database.count(samples.table, is('whole', 7)), 1200)
    })

    test('to values of every type, and to null', async (database) => {
      const { id: _, ...values } = sample('', {
        words: '100%',
        whole: 2,
        real: 0.1,
        amount: '1.2500',
        flag: true,
        day: '2024-02-29',
        moment: new Date('2026-01-02T03:04:05.678Z'),
        data: { list: [1] },
      })
      const { id: __, ...nulls } = sample('')
      await database.commit(inserting(samples.table, sample('s1')))
      await database.updateWhere(samples.table, EVERYTHING, values)
      assert.deepEqual({ ...(await loadOne(database, samples, 's1')).row }, { id: 's1', ...values })
      tamper(() => (values.data as { list: number[] }).list.push(2))
      assert.deepEqual((await loadOne(database, samples, 's1')).row.data, { list: [1] })
      await database.updateWhere(samples.table, EVERYTHING, nulls)
      assert.deepEqual({ ...(await loadOne(database, samples, 's1')).row }, sample('s1'))
    })

    test('whatever their versions are; they raise them, so that a copy read earlier is stale', async (database) => {
      await database.commit(inserting(orders.table, order('o1')))
      await database.updateWhere(orders.table, EVERYTHING, { status: 'archived' })
      const { version = 0 } = order('o1') as { readonly version?: number }
      const changed = order('o1', { status: 'archived', version: version + 1 })
      assert.deepEqual({ ...(await loadOne(database, orders, 'o1')).row }, changed)
      const stale = { table: orders.table, id: 'o1', expectedVersion: version, row: order('o1', { version: version + 1 }) }
      await refused(database.commit({ ...NO_CHANGES, updates: [stale] }), 'EXPECTED_VERSION')
    })

    test('all or none: a taken value fails the whole', async (database) => {
      await stock(database)
      const before = await contents(database, [people])
      await refused(
        database.updateWhere(people.table, compare('visits', 'gte', 4), { contact_email: 'same@example.com' }),
        'UNIQUE_VIOLATION',
      )
      await refused(database.updateWhere(people.table, compare('visits', 'gte', 4), { nick_name: 'n0' }), 'UNIQUE_VIOLATION')
      assert.deepEqual(await contents(database, [people]), before)
    })

    test('not in their primary key, nor in columns that are not there', async (database) => {
      await stock(database)
      await refused(database.updateWhere(people.table, is('id', 'p1'), { id: 'p9' }), 'PRIMARY_KEY_CHANGED')
      await refused(database.updateWhere(people.table, is('id', 'p1'), { colour: 'red' }), 'UNKNOWN_COLUMN')
      assert.equal(await database.count(people.table, EVERYTHING), 6)
    })
  })

  describe('rows are deleted by a condition', () => {
    test('those that meet it, and they are counted', async (database) => {
      await stock(database)
      assert.equal(await database.deleteWhere(people.table, compare('visits', 'lt', 4)), 4)
      assert.deepEqual(await selectedIds(database, people), ['p4', 'p5'])
      assert.equal(await database.deleteWhere(people.table, compare('visits', 'lt', 4)), 0)
      assert.equal(await database.deleteWhere(people.table, EVERYTHING), 2)
    })

    test('by what their children are like', async (database) => {
      await database.commit(inserting(orders.table, order('o1'), order('o2')))
      await database.commit(inserting(items, { id: 'i1', order_id: 'o1', place: 0, sku: 'pen', quantity: 1 }))
      assert.equal(await database.deleteWhere(orders.table, { op: 'some', child: items, where: EVERYTHING }), 1)
      assert.deepEqual(await selectedIds(database, orders), ['o2'])
      assert.equal(await database.count(items, EVERYTHING), 0)
    })
  })
}
