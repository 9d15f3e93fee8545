import { partitionOf } from '../../messaging/partition.ts'
import { foldCase } from '../../ports/criteria.ts'
import type { JsonValue } from '../../util/json.ts'
import { sortedJson } from '../../util/sorted-json.ts'
import { decimalKey } from './decimal-key.ts'
import type { SqliteDriver } from './driver.ts'
import { DECIMAL_KEY, FOLD_CASE, LIST_OVERLAPS } from './sqlite-dialect.ts'

/** The partition of a stream, of so many. */
export const PARTITION_OF = 'protean_partition'

/** Registers what SQLite cannot do itself. Each gives null for null, as SQL functions do. */
export function registerFunctions(driver: SqliteDriver): void {
  const options = { deterministic: true }
  driver.function(DECIMAL_KEY, options, (text) => (typeof text === 'string' ? decimalKey(text) : null))
  driver.function(FOLD_CASE, options, (text) => (typeof text === 'string' ? foldCase(text) : null))
  driver.function(PARTITION_OF, options, (stream, count) => (typeof stream === 'string' ? partitionOf(stream, Number(count)) : null))
  driver.function(LIST_OVERLAPS, options, (stored, wanted) => (typeof stored === 'string' ? listOverlaps(stored, String(wanted)) : null))
}

/** Whether the stored json is a list that shares an element, not null, with the wanted one. Both are sorted json. */
function listOverlaps(stored: string, wanted: string): 0 | 1 {
  if (!stored.startsWith('[')) return 0
  const elements = new Set((JSON.parse(stored) as readonly JsonValue[]).map(sortedJson))
  return (JSON.parse(wanted) as readonly JsonValue[]).some((element) => element !== null && elements.has(sortedJson(element))) ? 1 : 0
}
