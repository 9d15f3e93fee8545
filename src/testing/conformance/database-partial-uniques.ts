import assert from 'node:assert/strict'
import { EVERYTHING } from '../../ports/criteria.ts'
import type { Row } from '../../ports/table.ts'
import { UniqueViolation } from '../../ports/unique-violation.ts'
import { refused } from './assertions.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { changes, inserting, selectedIds } from './rows.ts'
import { loan, loans } from './schemas.ts'

const table = loans.table
const due = new Date('2026-05-05T10:00:00.000Z')

async function clash(action: Promise<unknown>): Promise<readonly string[]> {
  const error = await refused(action, 'UNIQUE_VIOLATION')
  assert.ok(error instanceof UniqueViolation)
  return error.fields
}

function update(row: Row) {
  return changes({ updates: [{ table, id: String(row.id), row }] })
}

export function partialUniqueConformance({ describe, test }: DatabaseSuite): void {
  describe('a unique value is unique among the rows that its condition names', () => {
    test('a row that meets it clashes with another one that does', async (database) => {
      await database.commit(inserting(table, loan('l1', { book: 'b1', state: 'out' })))
      assert.deepEqual(await clash(database.commit(inserting(table, loan('l2', { book: 'b1', state: "late, isn't it" })))), ['bookId'])
      assert.deepEqual(await selectedIds(database, loans), ['l1'])
    })

    test('rows that do not meet it clash with none, nor do those where it is unknown', async (database) => {
      await database.commit(
        inserting(
          table,
          loan('l1', { book: 'b1', state: 'out' }),
          loan('l2', { book: 'b1', state: 'back' }),
          loan('l3', { book: 'b1', state: 'back' }),
          loan('l4', { book: 'b1' }),
          loan('l5', { book: 'b1' }),
        ),
      )
      assert.equal(await database.count(table, EVERYTHING), 5)
    })

    test('a row that comes to meet it clashes, and one that stops gives its value up', async (database) => {
      await database.commit(inserting(table, loan('l1', { book: 'b1', state: 'out' }), loan('l2', { book: 'b1', state: 'back' })))
      assert.deepEqual(await clash(database.commit(update(loan('l2', { book: 'b1', state: 'out' })))), ['bookId'])
      await database.commit(update(loan('l1', { book: 'b1', state: 'back' })))
      await database.commit(update(loan('l2', { book: 'b1', state: 'out' })))
      assert.deepEqual(await clash(database.commit(inserting(table, loan('l3', { book: 'b1', state: 'out' })))), ['bookId'])
    })

    test('a bulk write clashes too', async (database) => {
      await database.commit(inserting(table, loan('l1', { book: 'b1', state: 'back' }), loan('l2', { book: 'b1', state: 'back' })))
      assert.deepEqual(await clash(database.updateWhere(table, EVERYTHING, { state: 'out' })), ['bookId'])
      const states = await database.count(table, { op: 'compare', column: 'state', lookup: 'eq', value: 'back' })
      assert.equal(states, 2)
    })

    test('a column that is stored in the index beside the unique one does not make two rows differ', async (database) => {
      await database.commit(inserting(table, loan('l1', { book: 'b1', state: 'out', due })))
      assert.deepEqual(await clash(database.commit(inserting(table, loan('l2', { book: 'b1', state: 'out' })))), ['bookId'])
    })

    test('numbers, instants, and what is not: all compare as they do in queries', async (database) => {
      await database.commit(inserting(table, loan('l1', { due, fee: '10.00', lost: false })))
      assert.deepEqual(await clash(database.commit(inserting(table, loan('l2', { due, fee: '10' })))), ['due', 'fee'])
      const early = new Date('2025-05-05T10:00:00.000Z')
      await database.commit(
        inserting(
          table,
          loan('l3', { due, fee: '10.00', lost: true }),
          loan('l4', { due, fee: '9.00' }),
          loan('l5', { due, fee: '9.00' }),
          loan('l6', { due: early, fee: '10.00' }),
          loan('l7', { due: early, fee: '10.00' }),
        ),
      )
      assert.equal(await database.count(table, EVERYTHING), 6)
    })

    test('a query finds rows of either kind by the value', async (database) => {
      await database.commit(inserting(table, loan('l1', { book: 'b1', state: 'out' }), loan('l2', { book: 'b1', state: 'back' })))
      const where = { op: 'compare', column: 'book', lookup: 'eq', value: 'b1' } as const
      assert.deepEqual(await selectedIds(database, loans, { where }), ['l1', 'l2'])
    })
  })
}
