import { NO_CHANGES } from '../../../src/ports/change-set.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import type { Database, Transaction } from '../../../src/ports/database.ts'
import type { ClusterSchema, TableSchema } from '../../../src/ports/table.ts'
import type { DatabaseDefect } from './broken-database.ts'
import { brokenDatabase } from './broken-database.ts'
import { overriding } from './defect.ts'

const beside = 'a table can be made and dropped beside the others'
const place = 'one table takes the place of another'

function replacing(defect: string, overrides: (inner: Transaction, database: Database) => Partial<Transaction>): DatabaseDefect {
  return brokenDatabase(defect, place, (database) => ({
    begin: async () => {
      const inner = await database.begin()
      return overriding<Transaction>(inner, overrides(inner, database))
    },
  }))
}

/** Empties the one and copies the other, as if nobody could look in between. */
async function copy(database: Database, table: TableSchema, by: TableSchema): Promise<void> {
  const cluster: ClusterSchema = { table: by, children: [] }
  const { rows } = await database.select({ cluster, where: EVERYTHING, orderBy: [] })
  await database.deleteWhere(table, EVERYTHING)
  await new Promise((resolve) => setImmediate(resolve))
  await database.commit({ ...NO_CHANGES, inserts: [{ table, rows: rows.map(({ row }) => row) }] })
  await database.dropTable(by)
}

export const replacingDefects: readonly DatabaseDefect[] = [
  brokenDatabase('dropping a table keeps its rows', beside, () => ({ dropTable: async () => undefined })),
  brokenDatabase('creating a table again empties it', beside, (inner) => ({
    createTable: async (table) => {
      await inner.dropTable(table)
      await inner.createTable(table)
    },
  })),
  replacing('it copies the rows, at once', (_inner, database) => ({ replaceTable: (table, by) => copy(database, table, by) })),
  replacing('it keeps the table that was there', (inner) => ({
    replaceTable: (_table, by) => inner.count(by, EVERYTHING).then(() => undefined),
  })),
  replacing('it does not say that there is none', (inner) => ({
    replaceTable: (table, by) => inner.replaceTable(table, by).catch(() => undefined),
  })),
]
