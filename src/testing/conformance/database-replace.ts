import assert from 'node:assert/strict'
import { NO_CHANGES } from '../../ports/change-set.ts'
import { EVERYTHING } from '../../ports/criteria.ts'
import type { Database } from '../../ports/database.ts'
import type { ClusterSchema, TableSchema } from '../../ports/table.ts'
import { turn } from '../../util/runtime/turn.ts'
import { allDone, refused, times } from './assertions.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { inserting, loadOne, selectedIds } from './rows.ts'
import { conformanceClusters, loans, order, orders, people, person, tickets } from './schemas.ts'

/** The same table once more, to be built beside it. */
function beside({ table }: ClusterSchema): ClusterSchema {
  const named = <Index extends { readonly name: string }>(index: Index) => ({ ...index, name: `${index.name}__next` })
  const next: TableSchema = {
    ...table,
    name: `${table.name}__next`,
    uniques: table.uniques.map(named),
    indexes: table.indexes.map(named),
  }
  return { table: next, children: [] }
}

async function replace(database: Database, cluster: ClusterSchema): Promise<void> {
  const transaction = await database.begin()
  await transaction.replaceTable(cluster.table, beside(cluster).table)
  await transaction.commit(NO_CHANGES)
}

export function replaceConformance({ describe, test, transactionTest }: DatabaseSuite): void {
  const next = beside(people)

  describe('a table can be made and dropped beside the others', () => {
    test('with rows of its own', async (database) => {
      await database.commit(inserting(people.table, person('p1', { contact_email: 'ann@example.com' })))
      await database.createTable(next.table)
      await database.commit(inserting(next.table, person('p1', { contact_email: 'ann@example.com' }), person('p2')))
      await database.createTable(next.table)
      assert.deepEqual(await selectedIds(database, next), ['p1', 'p2'])
      assert.deepEqual(await selectedIds(database, people), ['p1'])
      await refused(database.commit(inserting(next.table, person('p3', { contact_email: 'ann@example.com' }))), 'UNIQUE_VIOLATION')
    })

    test('and what was in it is gone with it, and nothing else', async (database) => {
      await database.commit(inserting(people.table, person('p1')))
      await database.createTable(next.table)
      await database.commit(inserting(next.table, person('p2')))
      await database.dropTable(next.table)
      await database.dropTable(next.table)
      await database.createTable(next.table)
      assert.deepEqual(await selectedIds(database, next), [])
      assert.deepEqual(await selectedIds(database, people), ['p1'])
    })
  })

  describe('one table takes the place of another', () => {
    transactionTest('with all that is in it, its unique values included', async (database) => {
      await database.commit(inserting(people.table, person('old', { contact_email: 'old@example.com' })))
      await database.createTable(next.table)
      await database.commit(inserting(next.table, person('p1', { contact_email: 'ann@example.com' }), person('p2')))
      await replace(database, people)
      assert.deepEqual(await selectedIds(database, people), ['p1', 'p2'])
      const taken = await refused(
        database.commit(inserting(people.table, person('p3', { contact_email: 'ann@example.com' }))),
        'UNIQUE_VIOLATION',
      )
      assert.deepEqual((taken as { fields?: unknown }).fields, ['contact.email'])
      await database.commit(inserting(people.table, person('p4', { contact_email: 'old@example.com' })))
    })

    transactionTest('again and again, each time with nothing left of the one before', async (database) => {
      for (const cluster of [people, loans, people, loans]) {
        await database.createTable(beside(cluster).table)
        assert.equal(await database.count(beside(cluster).table, EVERYTHING), 0)
        await replace(database, cluster)
        assert.equal(await database.count(cluster.table, EVERYTHING), 0)
      }
      await database.createArtifacts(conformanceClusters)
      assert.deepEqual((await database.schema?.plan(conformanceClusters))?.changes ?? [], [])
    })

    transactionTest('and its numbers go on', async (database) => {
      await database.commit(inserting(tickets.table, { number: null, title: 'a', seat: null }))
      const { table } = beside(tickets)
      await database.createTable(table)
      await database.commit(inserting(table, ...times(3, (at) => ({ number: null, title: `t${at}`, seat: null }))))
      await replace(database, tickets)
      const { generated } = await database.commit(inserting(tickets.table, { number: null, title: 'b', seat: null }))
      assert.deepEqual([...new Set(generated.map(({ value }) => value))], [4])
    })

    transactionTest('together with what else is in the transaction, or not at all', async (database) => {
      await database.commit(inserting(people.table, person('p1')))
      await database.createTable(next.table)
      await database.commit(inserting(next.table, person('p2')))
      const given = await database.begin()
      await given.replaceTable(people.table, next.table)
      assert.deepEqual(await selectedIds(given, people), ['p2'])
      await given.rollback()
      assert.deepEqual(await selectedIds(database, people), ['p1'])
      assert.deepEqual(await selectedIds(database, next), ['p2'])
      const kept = await database.begin()
      await kept.replaceTable(people.table, next.table)
      await kept.commit(inserting(orders.table, order('o1')))
      assert.deepEqual(await selectedIds(database, people), ['p2'])
      assert.equal((await loadOne(database, orders, 'o1')).row.status, 'draft')
    })

    transactionTest('and whoever reads meanwhile sees the one or the other, whole', async (database) => {
      const count = 60
      await database.commit(inserting(people.table, ...times(count, (at) => person(`old${at}`, { visits: 1 }))))
      await database.createTable(next.table)
      await database.commit(inserting(next.table, ...times(count, (at) => person(`new${at}`, { visits: 2 }))))
      let isReplacing = true
      const reads = times(4, async () => {
        const seen = new Set<string>()
        while (isReplacing) {
          const ids = (await selectedIds(database, people)).map(String)
          seen.add(`${ids.length} ${[...new Set(ids.map((id) => id.slice(0, 3)))].join()}`)
          await turn()
        }
        return [...seen]
      })
      await replace(database, people).finally(() => {
        isReplacing = false
      })
      for (const seen of await allDone(reads)) for (const one of seen) assert.match(one, /^60 (old|new)$/)
      assert.equal((await selectedIds(database, people)).length, count)
    })

    transactionTest('if there is one', async (database) => {
      await database.commit(inserting(people.table, person('p1')))
      const transaction = await database.begin()
      await refused(transaction.replaceTable(people.table, next.table), 'MISSING_TABLE')
      await transaction.rollback()
      assert.deepEqual(await selectedIds(database, people), ['p1'])
    })
  })
}
