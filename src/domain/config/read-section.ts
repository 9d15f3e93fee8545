import type { Problem } from '../../errors.ts'
import { nearest } from '../../util/nearest.ts'
import { isPlainObject } from '../../util/plain.ts'
import { hasPlaceholder } from './placeholders.ts'
import type { Table } from './plain-tables.ts'
import { copyOf } from './plain-tables.ts'
import type { Keys, Leaf, Node } from './schema-nodes.ts'
import type { Spelling } from './spelling.ts'
import { keyCalled, spell } from './spelling.ts'
import { accepts, expectation } from './value-rules.ts'

/** Where a table was written, and whom to tell what is wrong with it. */
export interface Reading {
  readonly spelling: Spelling
  /** For messages: `in /app/domain.toml`. */
  readonly where: string
  report(problem: Problem): void
}

/**
 * Reads one table as it was written and gives back what is right in it, under the names that code uses.
 * Everything else is reported. Values with placeholders are kept as they are: they are checked when their variables are put in.
 */
export function readSection(keys: Keys, written: Table, label: string, reading: Reading): Table {
  const known = new Map<string, unknown>()
  for (const [name, value] of Object.entries(written)) {
    if (value === undefined) continue
    const place = label === '' ? name : `${label}.${name}`
    const key = keyCalled(name, keys, reading.spelling)
    const node = key === undefined ? undefined : keys[key]
    if (key === undefined || node === undefined) {
      reading.report(unknownKey(name, place, keys, reading))
    } else if (known.has(key)) {
      reading.report({
        code: 'CONFIG_DUPLICATE_KEY',
        element: place,
        message: `is given a second time ${reading.where}, in another spelling.`,
        fix: `Keep only \`${spell(key, node, reading.spelling)}\`.`,
      })
    } else {
      const read = readNode(node, value, place, reading)
      if (read !== undefined) known.set(key, read)
    }
  }
  return Object.fromEntries(known)
}

function readNode(node: Node, value: unknown, place: string, reading: Reading): unknown {
  if (node.kind !== 'section' && node.kind !== 'entries') return readLeaf(node, value, place, reading)
  if (!isPlainObject(value)) {
    reading.report(invalidValue(place, 'table', value, reading.where))
    return undefined
  }
  if (node.kind === 'section') return readSection(node.keys, value, place, reading)
  const named = Object.entries(value).flatMap(([name, entry]): [string, unknown][] => {
    const read = entry === undefined ? undefined : readNode(node.entry, entry, `${place}.${name}`, reading)
    return read === undefined ? [] : [[name, read]]
  })
  return Object.fromEntries(named)
}

function readLeaf(leaf: Leaf, value: unknown, place: string, reading: Reading): unknown {
  if (leaf.instead !== undefined) {
    const message = `has no effect in this implementation (${reading.where}).`
    reading.report({ code: 'CONFIG_NOT_SUPPORTED', element: place, message, fix: leaf.instead })
    return undefined
  }
  if (hasPlaceholder(value) || accepts(leaf, value)) return copyOf(value)
  reading.report(invalidValue(place, expectation(leaf), value, reading.where))
  return undefined
}

function unknownKey(name: string, place: string, keys: Keys, { spelling, where }: Reading): Problem {
  const names = Object.entries(keys).map(([key, node]) => spell(key, node, spelling))
  const meant = nearest(name, names)
  return {
    code: 'CONFIG_UNKNOWN_KEY',
    element: place,
    message: `is not a configuration key (${where}).`,
    fix: meant === undefined ? `The keys here are: ${names.join(', ')}.` : `Did you mean \`${meant}\`?`,
  }
}

export function invalidValue(element: string, expected: string, value: unknown, where: string): Problem {
  return { code: 'CONFIG_INVALID_VALUE', element, message: `is ${shown(value)} (${where}).`, fix: `Expected: ${expected}.` }
}

/** Scalars as they are, so that a typing error can be seen; tables and lists only by kind, since they may hold secrets. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (value !== null && typeof value === 'object') return isPlainObject(value) ? 'a table' : `a ${value.constructor.name}`
  if (typeof value === 'function') return 'a function'
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
