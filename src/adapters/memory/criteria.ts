import type { Criteria } from '../../ports/criteria.ts'
import type { TableSchema } from '../../ports/table.ts'
import type { RowTest } from './row-test.ts'
import { compileTest } from './row-test.ts'
import type { StoreReads } from './table-reads.ts'

/** Makes a test out of criteria that `checkCriteria` has let pass. */
export function compileCriteria(reads: StoreReads, table: TableSchema, where: Criteria): RowTest {
  return compileTest(table, where, (some) => compileSome(reads, table, some.child, some.where))
}

function compileSome(reads: StoreReads, table: TableSchema, child: TableSchema, where: Criteria): RowTest {
  const parents = reads.table(table)
  const children = reads.table(child)
  const test = compileCriteria(reads, child, where)
  return (row) => {
    for (const id of children.childIds(parents.layout.idOf(row))) {
      const childRow = children.get(id)
      if (childRow !== undefined && test(childRow)) return true
    }
    return false
  }
}
