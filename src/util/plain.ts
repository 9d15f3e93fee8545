import type { JsonValue } from './json.ts'

/** Whether a value is an object literal or has no prototype: data, not an instance of something. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const MAX_DEPTH = 1000
/** How much of the path to data beyond that is worth telling. */
const MAX_PATH = 100

type Fail = (path: string, what: string) => void

/**
 * A deeply frozen copy of JSON data, members that are undefined left out; dates become ISO-8601 text and objects with `toJSON` what that gives.
 * Calls `fail` with the path of each thing that JSON cannot carry, data that contains itself included.
 */
export function frozenJson(value: unknown, path: string, fail: Fail): JsonValue {
  return copy(value, path, fail, new Set())
}

function copy(value: unknown, path: string, fail: Fail, around: Set<object>): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value === 0 ? 0 : value
    return refused(fail, path, String(value))
  }
  if (typeof value !== 'object') return refused(fail, path, typeof value)
  if (around.has(value)) return refused(fail, path, 'a part of itself')
  if (around.size === MAX_DEPTH) return refused(fail, path.slice(0, MAX_PATH), `nested more than ${MAX_DEPTH} levels deep`)
  around.add(value)
  const json = copyObject(value, path, fail, around)
  around.delete(value)
  return json
}

function copyObject(value: object, path: string, fail: Fail, around: Set<object>): JsonValue {
  if (Array.isArray(value)) return Object.freeze(Array.from(value, (item: unknown, index) => copy(item, `${path}[${index}]`, fail, around)))
  if (isPlainObject(value)) {
    const members: Record<string, JsonValue> = {}
    for (const key of Object.keys(value)) {
      if (value[key] !== undefined) define(members, key, copy(value[key], `${path}.${key}`, fail, around))
    }
    return Object.freeze(members)
  }
  if (value instanceof Date && Number.isNaN(value.getTime())) return refused(fail, path, 'an invalid date')
  if ('toJSON' in value && typeof value.toJSON === 'function') return copy(value.toJSON(), path, fail, around)
  return refused(fail, path, `a ${value.constructor?.name ?? 'special object'}`)
}

function refused(fail: Fail, path: string, what: string): null {
  fail(path, what)
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
