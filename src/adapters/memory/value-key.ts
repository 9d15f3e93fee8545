import type { ColumnType, ColumnValue } from '../../ports/table.ts'
import type { JsonObject, JsonValue } from '../../util/json.ts'
import { normalDecimal } from './value-order.ts'

/** A text that two values of one column share exactly when they are equal. The value is not null. */
export function valueKey(type: ColumnType, value: ColumnValue): string {
  if (type === 'timestamp') return String((value as Date).getTime())
  if (type === 'decimal') return normalDecimal(value as string)
  if (type === 'json') return jsonKey(value as JsonValue)
  return String(value)
}

/** Canonical JSON: members sorted, undefined ones left out. */
export function jsonKey(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(jsonKey).join(',')}]`
  const members = value as JsonObject
  const keys = Object.keys(members).filter((key) => members[key] !== undefined)
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${jsonKey(members[key] as JsonValue)}`)
    .join(',')}}`
}
