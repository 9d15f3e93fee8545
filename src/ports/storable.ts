import type { JsonObject, JsonValue } from '../util/json.ts'
import type { ColumnType, ColumnValue } from './table.ts'

const MAX_DECIMAL_DIGITS = 1000
const UNSTORABLE_TEXT = 'must not hold the character U+0000 or half of a surrogate pair, which databases cannot keep'

/** Whether every database can keep the text: UTF-8 has no form for half of a surrogate pair, and PostgreSQL none for the character U+0000. */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/**
 * What is in the way of keeping a value, one of the column's type and not null, in any database; undefined when nothing is.
 * `path` leads to the part of a json value that it is about.
 */
export function obstacle(type: ColumnType, value: ColumnValue): Obstacle | undefined {
  switch (type) {
    case 'text':
      return isStorableText(value as string) ? undefined : { path: '', message: UNSTORABLE_TEXT }
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : { path: '', message: 'must be a whole number from -(2^53 - 1) to 2^53 - 1' }
    case 'decimal':
      return (value as string).replace(/[-.]/g, '').length > MAX_DECIMAL_DIGITS
        ? { path: '', message: `must have at most ${MAX_DECIMAL_DIGITS} digits` }
        : undefined
    case 'timestamp':
      return isCommonEra(value as Date) ? undefined : { path: '', message: 'must be in the years 1 to 9999' }
    case 'json':
      return jsonObstacle(value as JsonValue)
    default:
      return undefined
  }
}

export interface Obstacle {
  /** `.items[0].name`, empty for the value itself. */
  readonly path: string
  readonly message: string
}

function isCommonEra(date: Date): boolean {
  const year = date.getUTCFullYear()
  return year >= 1 && year <= 9999
}

/** Every message stored passes here: paths are put together only once something is found. */
function jsonObstacle(value: JsonValue): Obstacle | undefined {
  if (typeof value === 'string') return isStorableText(value) ? undefined : { path: '', message: UNSTORABLE_TEXT }
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : { path: '', message: 'must be a finite number' }
  if (typeof value !== 'object' || value === null) return undefined
  return Array.isArray(value) ? itemObstacle(value) : memberObstacle(value as JsonObject)
}

function itemObstacle(items: readonly JsonValue[]): Obstacle | undefined {
  for (let at = 0; at < items.length; at += 1) {
    const found = jsonObstacle(items[at] as JsonValue)
    if (found !== undefined) return { path: `[${at}]${found.path}`, message: found.message }
  }
  return undefined
}

function memberObstacle(object: JsonObject): Obstacle | undefined {
  for (const key in object) {
    if (!isStorableText(key)) return { path: '', message: `${UNSTORABLE_TEXT}, not in a key either` }
    const found = jsonObstacle(object[key] ?? null)
    if (found !== undefined) return { path: `.${key}${found.path}`, message: found.message }
  }
  return undefined
}
