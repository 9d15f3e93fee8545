import type { Row } from '../../ports/table.ts'
import type { RowLayout } from './row-layout.ts'

const NONE: ReadonlySet<string> = new Set()
const NO_UNIQUES: readonly Map<string, string>[] = []

/** Hash indexes over some rows of a table: ids by unique values and by parent. */
export class RowIndexes {
  readonly #layout: RowLayout
  // One of these is made for every change of a table, most of which have no uniques and no parent.
  readonly #byUnique: readonly Map<string, string>[]
  #byParent: Map<string, Set<string>> | undefined

  constructor(layout: RowLayout) {
    this.#layout = layout
    this.#byUnique = layout.schema.uniques.length === 0 ? NO_UNIQUES : layout.schema.uniques.map(() => new Map())
  }

  /** The row with this key in the unique constraint at place `at` of the schema. */
  holder(at: number, key: string): string | undefined {
    return this.#byUnique[at]?.get(key)
  }

  childIds(parentId: string): ReadonlySet<string> {
    return this.#byParent?.get(parentId) ?? NONE
  }

  add(id: string, row: Row): void {
    if (!this.#layout.isIndexed) return
    this.#layout.schema.uniques.forEach((unique, at) => {
      const key = this.#layout.uniqueKey(unique, row)
      if (key !== undefined) this.#byUnique[at]?.set(key, id)
    })
    const parentId = this.#layout.parentIdOf(row)
    if (parentId === undefined) return
    this.#byParent ??= new Map()
    const siblings = this.#byParent.get(parentId)
    if (siblings === undefined) this.#byParent.set(parentId, new Set([id]))
    else siblings.add(id)
  }

  remove(id: string, row: Row): void {
    if (!this.#layout.isIndexed) return
    this.#layout.schema.uniques.forEach((unique, at) => {
      const key = this.#layout.uniqueKey(unique, row)
      if (key !== undefined) this.#byUnique[at]?.delete(key)
    })
    const parentId = this.#layout.parentIdOf(row)
    const siblings = parentId === undefined ? undefined : this.#byParent?.get(parentId)
    if (parentId === undefined || siblings === undefined) return
    siblings.delete(id)
    if (siblings.size === 0) this.#byParent?.delete(parentId)
  }
}
