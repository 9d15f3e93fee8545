import type { TableSchema } from '../../ports/table.ts'

/** Changes by table, in the order in which the tables first come. */
export function byTable<Change extends { readonly table: TableSchema }>(
  changes: readonly Change[],
): readonly (readonly [TableSchema, readonly Change[]])[] {
  const groups = new Map<TableSchema, Change[]>()
  for (const change of changes) {
    const group = groups.get(change.table)
    if (group === undefined) groups.set(change.table, [change])
    else group.push(change)
  }
  return [...groups]
}
