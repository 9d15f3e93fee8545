import type { Row, TableSchema } from '../../ports/table.ts'
import type { RowLayout } from './row-layout.ts'

/** What queries need of a table, be it the committed one or the view of a transaction. Rows are frozen and not to be given away as they are. */
export interface TableReads {
  readonly layout: RowLayout
  get(id: string): Row | undefined
  rows(): Iterable<Row>
  childIds(parentId: string): Iterable<string>
  /** Rows with this key in the unique constraint at place `at` of the schema: one at most among what is committed. */
  idsByUnique(at: number, key: string): readonly string[]
}

export interface StoreReads {
  table(schema: TableSchema): TableReads
}
