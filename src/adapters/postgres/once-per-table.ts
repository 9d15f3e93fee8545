import type { TableSchema } from '../../ports/table.ts'

/** Gives what `write` makes of a table, which is the same each time, so that it is made once. */
export function oncePerTable<Texts>(write: (table: TableSchema) => Texts): (table: TableSchema) => Texts {
  const known = new WeakMap<TableSchema, { readonly texts: Texts }>()
  return (table) => {
    let found = known.get(table)
    if (found === undefined) {
      found = { texts: write(table) }
      known.set(table, found)
    }
    return found.texts
  }
}
