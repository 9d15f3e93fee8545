import { isPlainObject } from '../../util/plain.ts'
import { LEVEL_NAMES } from '../log-levels.ts'
import type { Leaf } from './schema-nodes.ts'

/** What a leaf accepts, in words: `integer of at least 1`. */
export function expectation(leaf: Leaf): string {
  if (leaf.instead !== undefined) return 'refused'
  if (leaf.choices) return leaf.choices.map((choice) => JSON.stringify(choice)).join(' or ')
  const kinds = { string: 'string', integer: 'integer', number: 'number', boolean: 'boolean', list: 'list of strings', bag: 'table' }
  const bounds = [
    leaf.nonBlank && 'that is not blank',
    leaf.moreThan !== undefined && `above ${leaf.moreThan}`,
    leaf.min !== undefined && (leaf.max === undefined ? `of at least ${leaf.min}` : `from ${leaf.min} to ${leaf.max}`),
    leaf.of && `of ${leaf.of}s`,
    leaf.of === 'level' && `(${LEVEL_NAMES.join(', ')})`,
  ]
  return [kinds[leaf.kind], ...bounds.filter((bound) => typeof bound === 'string')].join(' ')
}

export function accepts(leaf: Leaf, value: unknown): boolean {
  switch (leaf.kind) {
    case 'string':
      return typeof value === 'string' && isChoice(leaf, value) && !(leaf.nonBlank && value.trim() === '')
    case 'boolean':
      return typeof value === 'boolean'
    case 'integer':
      return Number.isSafeInteger(value) && inRange(leaf, value as number)
    case 'number':
      return Number.isFinite(value) && inRange(leaf, value as number)
    case 'list':
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
    case 'bag':
      return isPlainObject(value) && Object.values(value).every((item) => acceptsItem(leaf.of, item))
  }
}

function isChoice({ choices, anyCase }: Leaf, value: string): boolean {
  return choices === undefined || choices.includes(anyCase === true ? value.toLowerCase() : value)
}

function inRange({ min, max, moreThan }: Leaf, value: number): boolean {
  return (min === undefined || value >= min) && (max === undefined || value <= max) && (moreThan === undefined || value > moreThan)
}

function acceptsItem(of: Leaf['of'], item: unknown): boolean {
  if (of === 'string') return typeof item === 'string'
  if (of === 'level') return typeof item === 'string' && (LEVEL_NAMES as readonly string[]).includes(item.toLowerCase())
  return of === undefined || Number.isSafeInteger(item)
}

const BOOLEANS = new Map([
  ['true', true],
  ['false', false],
])

/** Environment variables are text: what a leaf of this kind reads in it, or the text itself where that fails. */
export function fromText(kind: Leaf['kind'], text: string): unknown {
  if (kind === 'boolean') return BOOLEANS.get(text.trim().toLowerCase()) ?? text
  if (kind !== 'integer' && kind !== 'number') return text
  const value = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isNaN(value) ? text : value
}
