import type { JsonValue } from './json.ts'

/** Whether a value is an object literal or has no prototype: data, not an instance of something. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * A deeply frozen copy of JSON data, members that are undefined left out; dates become ISO-8601 text and objects with `toJSON` what that gives.
 * Calls `fail` with the path of the first thing that JSON cannot carry.
 */
export function frozenJson(value: unknown, path: string, fail: (path: string, what: string) => void): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value === 0 ? 0 : value
    fail(path, String(value))
    return null
  }
  if (typeof value === 'object') {
    if (Array.isArray(value)) return Object.freeze(value.map((item, index) => frozenJson(item, `${path}[${index}]`, fail)))
    if (isPlainObject(value)) {
      const copy: Record<string, JsonValue> = {}
      for (const key of Object.keys(value)) {
        if (value[key] !== undefined) define(copy, key, frozenJson(value[key], `${path}.${key}`, fail))
      }
      return Object.freeze(copy)
    }
    if ('toJSON' in value && typeof value.toJSON === 'function') return frozenJson(value.toJSON(), path, fail)
  }
  fail(path, typeof value === 'object' ? `a ${value.constructor.name}` : typeof value)
  return null
}

// Plain assignment to `__proto__` would change the prototype instead of adding a member.
function define(target: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true })
  else target[key] = value
}

/** Structural equality of plain data, dates and anything that offers `equals`. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Date || b instanceof Date) return a instanceof Date && b instanceof Date && a.getTime() === b.getTime()
  if ('equals' in a && typeof a.equals === 'function') return a.equals(b) === true
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => deepEqual(item, b[index]))
  }
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => Object.hasOwn(b, key) && deepEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}
