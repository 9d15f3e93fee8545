import type { Tree } from './random-conditions.ts'

type Plain = Readonly<Record<string, unknown>>

/** Whether plain data meets a condition: as simple as it can be said, without looking at how the query does it. */
export function meets(data: Plain, tree: Tree): boolean {
  switch (tree.op) {
    case 'and':
      return tree.terms.every((term) => meets(data, term))
    case 'or':
      return tree.terms.some((term) => meets(data, term))
    case 'not':
      return !meets(data, tree.term)
    case 'some':
      return childrenOf(data, tree.field).some((child) => meets(child, tree.term))
    case 'leaf': {
      const [head = '', rest] = tree.path.split('.')
      if (head === 'items' || (head === 'address' && rest !== undefined))
        return childrenOf(data, head).some((child) => compares(child[rest as string] ?? null, tree.lookup, tree.value))
      const value = data[head] ?? null
      const part = rest === undefined || value === null ? value : (value as Plain)[rest]
      return compares(part, tree.lookup, tree.value)
    }
  }
}

function childrenOf(data: Plain, field: string): readonly Plain[] {
  const value = data[field] ?? null
  return value === null ? [] : Array.isArray(value) ? (value as Plain[]) : [value as Plain]
}

function compares(value: unknown, lookup: string, operand: unknown): boolean {
  if (lookup === 'isNull') return (value === null) === operand
  if (lookup === 'eq' && operand === null) return value === null
  if (lookup === 'ne' && operand === null) return value !== null
  if (value === null) return false
  switch (lookup) {
    case 'eq':
      return same(value, operand)
    case 'ne':
      return !same(value, operand)
    case 'in':
      return (operand as unknown[]).some((one) => same(value, one))
    case 'gt':
      return order(value, operand) > 0
    case 'gte':
      return order(value, operand) >= 0
    case 'lt':
      return order(value, operand) < 0
    case 'lte':
      return order(value, operand) <= 0
    case 'any':
      return (value as unknown[]).includes(operand)
    case 'overlap':
      return (value as unknown[]).some((one) => (operand as unknown[]).includes(one))
    default:
      return comparesText(String(value), lookup, String(operand))
  }
}

function comparesText(text: string, lookup: string, wanted: string): boolean {
  switch (lookup) {
    case 'contains':
      return text.includes(wanted)
    case 'icontains':
      return text.toLowerCase().includes(wanted.toLowerCase())
    case 'iexact':
      return text.toLowerCase() === wanted.toLowerCase()
    case 'startsWith':
      return text.startsWith(wanted)
    case 'endsWith':
      return text.endsWith(wanted)
    default:
      throw new Error(`the evaluator does not know ${lookup}`)
  }
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null) return a === b
  return Object.entries(a).every(([key, value]) => (b as Plain)[key] === value)
}

/** Numbers by value; text, ISO dates among it, by code point. */
function order(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const left = [...String(a)].map((character) => character.codePointAt(0) as number)
  const right = [...String(b)].map((character) => character.codePointAt(0) as number)
  for (const [index, code] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    if (code !== other) return code - other
  }
  return left.length - right.length
}
