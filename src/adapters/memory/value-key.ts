import type { ColumnType, ColumnValue } from '../../ports/table.ts'
import type { JsonValue } from '../../util/json.ts'
import { sortedJson } from '../../util/sorted-json.ts'
import { normalDecimal } from './value-order.ts'

/** A text that two values of one column share exactly when they are equal. The value is not null. */
export function valueKey(type: ColumnType, value: ColumnValue): string {
  if (type === 'timestamp') return String((value as Date).getTime())
  if (type === 'decimal') return normalDecimal(value as string)
  if (type === 'json') return sortedJson(value as JsonValue)
  return String(value)
}
