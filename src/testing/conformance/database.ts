import { bulkConformance } from './database-bulk.ts'
import { childrenConformance } from './database-children.ts'
import { claimConformance } from './database-claim.ts'
import { commitConformance } from './database-commit.ts'
import { criteriaConformance } from './database-criteria.ts'
import { criteriaLogicConformance } from './database-criteria-logic.ts'
import { databaseEventsConformance } from './database-events.ts'
import { generatedConformance } from './database-generated.ts'
import { databaseLifecycleConformance } from './database-lifecycle.ts'
import { orderConformance } from './database-order.ts'
import { pagingConformance } from './database-paging.ts'
import { partialUniqueConformance } from './database-partial-uniques.ts'
import { refusalConformance } from './database-refusals.ts'
import { replaceConformance } from './database-replace.ts'
import type { DatabaseConformanceOptions } from './database-suite.ts'
import { databaseSuite } from './database-suite.ts'
import { transactionConformance } from './database-transaction.ts'
import { transactionConflictConformance } from './database-transaction-conflicts.ts'
import { uniqueConformance } from './database-uniques.ts'
import { valueConformance } from './database-values.ts'
import { versionConformance } from './database-versions.ts'

/** Registers the tests that every database passes, one `describe` per guarantee. */
export function databaseConformance(options: DatabaseConformanceOptions): void {
  const suite = databaseSuite(options)
  commitConformance(suite)
  databaseEventsConformance(suite)
  versionConformance(suite)
  uniqueConformance(suite)
  partialUniqueConformance(suite)
  childrenConformance(suite)
  valueConformance(suite)
  refusalConformance(suite)
  generatedConformance(suite)
  criteriaConformance(suite)
  criteriaLogicConformance(suite)
  orderConformance(suite)
  pagingConformance(suite)
  bulkConformance(suite)
  claimConformance(suite)
  transactionConformance(suite)
  transactionConflictConformance(suite)
  replaceConformance(suite)
  databaseLifecycleConformance(suite, options)
}
