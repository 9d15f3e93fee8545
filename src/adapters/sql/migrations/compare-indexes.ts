import type { TableSchema } from '../../../ports/table.ts'
import type { Dialect } from '../dialect.ts'
import { createIndexes } from '../tables.ts'
import type { TableFacts } from './table-facts.ts'

/** How the indexes of a table differ from those that the domain needs; by the names that the database has for them. */
export interface IndexChanges {
  /** What creates all that the domain needs. */
  readonly wanted: ReadonlyMap<string, string>
  readonly missing: readonly string[]
  /** There under the same name, but on other columns, in another order, or about other rows. */
  readonly changed: readonly string[]
  /** New name by that of an index that does the same, as when its columns were renamed. */
  readonly renamed: ReadonlyMap<string, string>
  readonly leftOver: readonly string[]
}

export function compareIndexes(dialect: Dialect, table: TableSchema, actual: TableFacts, wanted: TableFacts): IndexChanges {
  const creating = createIndexes(dialect, table)
  const absent = [...creating.keys()].filter((name) => !actual.indexes.has(name))
  const strange = [...actual.indexes].filter(([name]) => !creating.has(name))
  const renamed = new Map<string, string>()
  for (const name of absent) {
    const same = strange.find(([other, definition]) => !renamed.has(other) && definition === wanted.indexes.get(name))
    if (same !== undefined) renamed.set(same[0], name)
  }
  const taken = new Set(renamed.values())
  return {
    wanted: creating,
    missing: absent.filter((name) => !taken.has(name)),
    changed: [...creating.keys()].filter((name) => actual.indexes.has(name) && actual.indexes.get(name) !== wanted.indexes.get(name)),
    renamed,
    leftOver: strange.map(([name]) => name).filter((name) => !renamed.has(name)),
  }
}
