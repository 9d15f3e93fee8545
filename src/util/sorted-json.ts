import type { JsonObject, JsonValue } from './json.ts'

/** JSON with members sorted and undefined ones left out: equal values have equal texts. `canonicalJson` checks its input and escapes; this does neither. */
export function sortedJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(sortedJson).join(',')}]`
  const members = value as JsonObject
  const keys = Object.keys(members).filter((key) => members[key] !== undefined)
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${sortedJson(members[key] as JsonValue)}`)
    .join(',')}}`
}
