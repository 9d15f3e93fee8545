import type { Row, TableSchema } from '../../ports/table.ts'
import { RowIndexes } from './row-indexes.ts'
import { RowLayout } from './row-layout.ts'
import type { TableReads } from './table-reads.ts'

/** The committed rows of one table. */
export class TableStore implements TableReads {
  readonly layout: RowLayout
  #rows = new Map<string, Row>()
  #indexes: RowIndexes
  #numbers = new Map<string, number>()

  constructor(schema: TableSchema) {
    this.layout = new RowLayout(schema)
    this.#indexes = new RowIndexes(this.layout)
  }

  /** The very same rows, under a schema that has other names for the table and its indexes. */
  renamed(schema: TableSchema): TableStore {
    const table = new TableStore(schema)
    table.#rows = this.#rows
    table.#indexes = this.#indexes
    table.#numbers = this.#numbers
    return table
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id)
  }

  rows(): Iterable<Row> {
    return this.#rows.values()
  }

  entries(): Iterable<readonly [string, Row]> {
    return this.#rows.entries()
  }

  childIds(parentId: string): ReadonlySet<string> {
    return this.#indexes.childIds(parentId)
  }

  idsByUnique(at: number, key: string): readonly string[] {
    const id = this.#indexes.holder(at, key)
    return id === undefined ? [] : [id]
  }

  /** The next number for a generated column, given to nobody else. */
  nextNumber(column: string): number {
    const number = (this.#numbers.get(column) ?? 0) + 1
    this.#numbers.set(column, number)
    return number
  }

  /** Lets the numbering of a generated column go on after a number that a caller chose. */
  passNumber(column: string, number: number): void {
    if (number > (this.#numbers.get(column) ?? 0)) this.#numbers.set(column, number)
  }

  /** Makes checked changes, by id, the committed state; undefined removes. */
  merge(changes: ReadonlyMap<string, Row | undefined>): void {
    // All old keys go before any new one comes, since a value may move from one changed row to another.
    if (this.layout.isIndexed) {
      for (const id of changes.keys()) {
        const old = this.#rows.get(id)
        if (old !== undefined) this.#indexes.remove(id, old)
      }
    }
    for (const [id, row] of changes) {
      if (row === undefined) this.#rows.delete(id)
      else {
        this.#rows.set(id, row)
        this.#indexes.add(id, row)
      }
    }
  }
}
