import { isPlainObject } from '../../util/plain.ts'

export type Table = Record<string, unknown>

/** A copy of the tables and lists; anything else (dates, buffers, functions of a driver's options) is shared. */
export function copyOf<T>(value: T): T
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => copyOf(item))
  return isPlainObject(value) ? mapTable(value, copyOf) : value
}

/** Tables merge key by key; scalars and lists of `over` replace those of `base`. */
export function mergeTables(base: Table, over: Table): Table {
  const merged = new Map(Object.entries(base))
  for (const [key, value] of Object.entries(over)) {
    const before = merged.get(key)
    merged.set(key, isPlainObject(before) && isPlainObject(value) ? mergeTables(before, value) : value)
  }
  return Object.fromEntries(merged)
}

/** `Object.fromEntries` defines properties, so a key called `__proto__` is a key like any other. */
export function mapTable(table: Table, change: (value: unknown, key: string) => unknown): Table {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, change(value, key)]))
}

export function deepFreeze<T>(value: T): T {
  if (Array.isArray(value) || isPlainObject(value)) {
    for (const part of Object.values(value)) deepFreeze(part)
    Object.freeze(value)
  }
  return value
}
