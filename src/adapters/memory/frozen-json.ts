import type { JsonObject, JsonValue } from '../../util/json.ts'

/** A copy that nobody can change and that shares nothing with the original. As in JSON, undefined members are left out. */
export function frozenJson(value: JsonObject): JsonObject
export function frozenJson(value: JsonValue): JsonValue
export function frozenJson(value: JsonValue): JsonValue {
  // As in JSON, minus zero is zero.
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value
  if (Array.isArray(value)) return Object.freeze((value as readonly JsonValue[]).map((item) => frozenJson(item)))
  const members: [string, JsonValue][] = []
  for (const [key, member] of Object.entries(value as JsonObject)) {
    if (member !== undefined) members.push([key, frozenJson(member)])
  }
  // Not by assignment: a member named __proto__ is data too.
  return Object.freeze(Object.fromEntries(members))
}
