import type { Selection } from '../../ports/database.ts'
import type { ClusterRow } from '../../ports/table.ts'
import type { QuerySource } from './query-source.ts'

/** The selection's rows, so many at a time, each page after the last row of the one before. */
export async function* rowsInPages<Element extends object>(
  source: QuerySource<Element>,
  selection: Selection,
  pageSize: number,
): AsyncGenerator<ClusterRow, void, undefined> {
  const { primaryKey } = selection.cluster.table
  let remaining = selection.limit ?? Number.POSITIVE_INFINITY
  let page: Selection = selection
  while (remaining > 0) {
    const limit = Math.min(pageSize, remaining)
    // Asked for anew with every page: what the loop's body saves must be seen by the next one.
    const reads = await source.reads()
    const { rows } = await reads.select({ ...page, limit })
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < limit) return
    remaining -= rows.length
    const place = [...selection.orderBy.map(({ column }) => column), primaryKey]
    page = { ...selection, offset: undefined, after: place.map((column) => last.row[column] ?? null) }
  }
}
