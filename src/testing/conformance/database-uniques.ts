import assert from 'node:assert/strict'
import { EVERYTHING } from '../../ports/criteria.ts'
import type { Database } from '../../ports/database.ts'
import type { Row } from '../../ports/table.ts'
import { UniqueViolation } from '../../ports/unique-violation.ts'
import { oneWins, refused, times } from './assertions.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { changes, inserting, selectedIds } from './rows.ts'
import { people, person } from './schemas.ts'

const table = people.table
const ann = person('p1', { contact_email: 'ann@example.com', tenant: 'a', nick_name: 'annie' })

async function clash(action: Promise<unknown>): Promise<readonly string[]> {
  const error = await refused(action, 'UNIQUE_VIOLATION')
  assert.ok(error instanceof UniqueViolation)
  assert.equal(error.table.name, table.name)
  return error.fields
}

function update(row: Row) {
  return changes({ updates: [{ table, id: String(row.id), row }] })
}

async function twoPeople(database: Database): Promise<void> {
  await database.commit(inserting(table, ann, person('p2', { contact_email: 'bob@example.com', tenant: 'a', nick_name: 'bobby' })))
}

export function uniqueConformance({ describe, test }: DatabaseSuite): void {
  describe('a taken value is refused, with the fields that clash', () => {
    test('a primary key', async (database) => {
      await twoPeople(database)
      assert.deepEqual(await clash(database.commit(inserting(table, person('p1')))), ['personId'])
    })

    test('a unique column, by insert and by update', async (database) => {
      await twoPeople(database)
      assert.deepEqual(await clash(database.commit(inserting(table, person('p3', { contact_email: 'ann@example.com' })))), [
        'contact.email',
      ])
      assert.deepEqual(await clash(database.commit(update(person('p2', { contact_email: 'ann@example.com' })))), ['contact.email'])
      assert.deepEqual(await selectedIds(database, people), ['p1', 'p2'])
    })

    test('several columns together, and not one of them alone', async (database) => {
      await twoPeople(database)
      assert.deepEqual(await clash(database.commit(inserting(table, person('p3', { tenant: 'a', nick_name: 'annie' })))), [
        'tenant',
        'nick',
      ])
      await database.commit(
        inserting(table, person('p4', { tenant: 'a', nick_name: 'other' }), person('p5', { tenant: 'b', nick_name: 'annie' })),
      )
      await database.commit(
        inserting(table, person('p6', { tenant: 'ab', nick_name: 'c' }), person('p7', { tenant: 'a', nick_name: 'bc' })),
      )
      assert.equal(await database.count(table, EVERYTHING), 6)
    })

    test('two rows of one change set', async (database) => {
      const email = { contact_email: 'same@example.com' }
      assert.deepEqual(await clash(database.commit(inserting(table, person('p1', email), person('p2', email)))), ['contact.email'])
      assert.deepEqual(await clash(database.commit(inserting(table, person('p1'), person('p1')))), ['personId'])
      assert.equal(await database.count(table, EVERYTHING), 0)
    })

    test('of concurrent inserts of one value exactly one is stored', async (database) => {
      const rows = times(8, (number) => person(`p${number}`, { contact_email: 'ann@example.com' }))
      const winner = await oneWins(
        rows.map((row) => database.commit(inserting(table, row))),
        'UNIQUE_VIOLATION',
      )
      assert.deepEqual(await selectedIds(database, people), [`p${winner}`])
    })
  })

  describe('a value that is not taken is accepted', () => {
    test('null, as often as it comes, also as one of several columns', async (database) => {
      await database.commit(inserting(table, person('p1'), person('p2'), person('p3', { tenant: 'a' }), person('p4', { tenant: 'a' })))
      assert.equal(await database.count(table, EVERYTHING), 4)
    })

    test('one that differs in case only', async (database) => {
      await database.commit(inserting(table, ann, person('p2', { contact_email: 'Ann@example.com' }), person('P1')))
      assert.equal(await database.count(table, EVERYTHING), 3)
    })

    test('the one that the row had before', async (database) => {
      await twoPeople(database)
      await database.commit(update({ ...ann, visits: 5 }))
      assert.deepEqual(await selectedIds(database, people, { where: { op: 'compare', column: 'visits', lookup: 'eq', value: 5 } }), ['p1'])
    })

    test('one that was given up, in an earlier change set or earlier in the same', async (database) => {
      await twoPeople(database)
      await database.commit(update({ ...ann, contact_email: null }))
      await database.commit(inserting(table, person('p3', { contact_email: 'ann@example.com' })))
      await database.commit({ ...inserting(table, person('p4', { contact_email: 'ann@example.com' })), deletes: [{ table, id: 'p3' }] })
      await database.commit({
        ...changes({ updates: [{ table, id: 'p4', row: person('p4', { contact_email: 'new@example.com' }) }] }),
        inserts: [{ table, rows: [person('p5', { contact_email: 'ann@example.com' })] }],
      })
      assert.deepEqual(await selectedIds(database, people), ['p1', 'p2', 'p4', 'p5'])
    })

    test('one whose row was deleted by a condition', async (database) => {
      await twoPeople(database)
      await database.deleteWhere(table, { op: 'compare', column: 'nick_name', lookup: 'eq', value: 'annie' })
      await database.commit(inserting(table, ann))
      assert.deepEqual(await selectedIds(database, people), ['p1', 'p2'])
    })
  })
}
