import type { DatabaseBulkWrites, DatabaseReads } from '../../ports/database.ts'
import type { ClusterRow } from '../../ports/table.ts'
import type { TableMapping } from '../table-mapping.ts'

/** What a query needs of the repository that made it. */
export interface QuerySource<Element extends object> {
  readonly mapping: TableMapping
  /** Order of queries that ask for none, as `orderBy` takes it. */
  readonly defaultOrder: readonly string[]
  /** Where to read from: sees the unit of work's own pending changes. */
  reads(): Promise<DatabaseReads>
  /** The instance for a stored row: inside a unit of work, the one that it has already. */
  adopt(row: ClusterRow): Element
  inUnitOfWork<Result>(body: () => Promise<Result>): Promise<Result>
  save(entity: Element): Promise<void>
  remove(entity: Element): Promise<void>
  /** Set-based writes, used for projections. */
  bulk(): Promise<DatabaseBulkWrites>
  /** Whether the unit of work has instances of this element, which set-based writes would leave stale. */
  hasInstances(): boolean
}
