import type { ClusterSchema, TableSchema } from '../../ports/table.ts'
import { HeldRows } from './held-rows.ts'
import type { StoreReads } from './table-reads.ts'
import { TableStore } from './table-store.ts'

/** All committed rows of one database. A table is there from its first use on; creating it beforehand makes its parent know of it. */
export class RowStore implements StoreReads {
  readonly held = new HeldRows()
  readonly #tables = new Map<string, TableStore>()
  readonly #children = new Map<string, Map<string, TableSchema>>()

  table(schema: TableSchema): TableStore {
    const present = this.#tables.get(schema.name)
    if (present !== undefined) return present
    const table = new TableStore(schema)
    this.#tables.set(schema.name, table)
    if (schema.parent !== undefined) {
      const siblings = this.#children.get(schema.parent.table) ?? new Map<string, TableSchema>()
      this.#children.set(schema.parent.table, siblings.set(schema.name, schema))
    }
    return table
  }

  /** The table of this name, if it has been used or created. */
  named(name: string): TableStore | undefined {
    return this.#tables.get(name)
  }

  /** The tables whose rows hang on rows of this one. */
  childrenOf(name: string): Iterable<TableSchema> {
    return this.#children.get(name)?.values() ?? []
  }

  create(clusters: readonly ClusterSchema[]): void {
    for (const cluster of clusters) {
      this.table(cluster.table)
      this.create(cluster.children)
    }
  }

  drop(clusters: readonly ClusterSchema[]): void {
    for (const { table, children } of clusters) {
      this.drop(children)
      this.#tables.delete(table.name)
      this.#children.get(table.parent?.table ?? '')?.delete(table.name)
    }
  }

  /** Puts a table where another was, or where none was. */
  put(table: TableStore): void {
    this.#tables.set(table.layout.schema.name, table)
  }

  remove(name: string): void {
    this.#tables.delete(name)
  }

  /** Empties every table and restarts generated numbers. */
  clear(): void {
    for (const [name, table] of this.#tables) this.#tables.set(name, new TableStore(table.layout.schema))
  }
}
