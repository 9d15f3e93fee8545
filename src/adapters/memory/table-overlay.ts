import type { Row } from '../../ports/table.ts'
import { UniqueViolation } from '../../ports/unique-violation.ts'
import { RowIndexes } from './row-indexes.ts'
import type { RowLayout } from './row-layout.ts'
import type { TableReads } from './table-reads.ts'
import type { TableStore } from './table-store.ts'

/** Changed rows on top of the committed ones. Costs what the changes cost, never what the table holds. */
export class TableOverlay implements TableReads {
  readonly layout: RowLayout
  readonly #base: TableStore
  readonly #changes = new Map<string, Row | undefined>()
  readonly #indexes: RowIndexes

  constructor(base: TableStore) {
    this.layout = base.layout
    this.#base = base
    this.#indexes = new RowIndexes(base.layout)
  }

  get(id: string): Row | undefined {
    return this.#changes.has(id) ? this.#changes.get(id) : this.#base.get(id)
  }

  *rows(): Iterable<Row> {
    for (const [id, row] of this.#base.entries()) if (!this.#changes.has(id)) yield row
    for (const row of this.#changes.values()) if (row !== undefined) yield row
  }

  childIds(parentId: string): readonly string[] {
    const unchanged = [...this.#base.childIds(parentId)].filter((id) => !this.#changes.has(id))
    return [...unchanged, ...this.#indexes.childIds(parentId)]
  }

  idsByUnique(at: number, key: string): readonly string[] {
    const unchanged = this.#base.idsByUnique(at, key).filter((id) => !this.#changes.has(id))
    const changed = this.#indexes.holder(at, key)
    return changed === undefined ? unchanged : [...unchanged, changed]
  }

  /** Puts a row in the place of the one with its id, or where there is none. */
  put(id: string, row: Row): void {
    this.layout.schema.uniques.forEach((unique, at) => {
      const key = this.layout.uniqueKey(unique, row)
      if (key !== undefined && this.idsByUnique(at, key).some((holder) => holder !== id)) {
        throw new UniqueViolation(this.layout.schema, unique.fields)
      }
    })
    this.#forget(id)
    this.#changes.set(id, row)
    this.#indexes.add(id, row)
  }

  remove(id: string): void {
    this.#forget(id)
    this.#changes.set(id, undefined)
  }

  mergeIntoBase(): void {
    this.#base.merge(this.#changes)
  }

  #forget(id: string): void {
    const changed = this.#changes.get(id)
    if (changed !== undefined) this.#indexes.remove(id, changed)
  }
}
