import type { Criteria } from '../../ports/criteria.ts'
import type { Database } from '../../ports/database.ts'
import type { ClusterSchema, Row } from '../../ports/table.ts'

/** Rows that nobody needs any more. Removing them may be broken off anywhere, and done by several at once. */
export interface Sweep {
  readonly cluster: ClusterSchema
  readonly where: Criteria
  /** Rows that are looked at, and removed, with one statement each. */
  readonly batchSize: number
  /** Those that may go, where `where` cannot say it. */
  among?(rows: readonly Row[]): Promise<readonly Row[]>
}

/** Removes one page of what is to go, behind a primary key. Gives where the next page begins; undefined when there is none. */
export async function sweepPage(database: Database, sweep: Sweep, after: string | undefined): Promise<string | undefined> {
  const { cluster, where, batchSize, among } = sweep
  const { table } = cluster
  const page = { cluster, where, orderBy: [], limit: batchSize, rootsOnly: true, after: after === undefined ? undefined : [after] }
  const rows = (await database.select(page)).rows.map(({ row }) => row)
  const ids = (among === undefined ? rows : await among(rows)).map((row) => row[table.primaryKey] as string)
  const these: Criteria = { op: 'compare', column: table.primaryKey, lookup: 'in', value: ids }
  // What was changed since it was read is needed again, perhaps.
  if (ids.length > 0) await database.deleteWhere(table, { op: 'and', terms: [these, where] })
  return rows.length < batchSize ? undefined : (rows.at(-1)?.[table.primaryKey] as string)
}

/** Rows with an instant in this column that is before another. */
export function olderThan(column: string, before: Date): Criteria {
  return { op: 'compare', column, lookup: 'lt', value: before }
}
