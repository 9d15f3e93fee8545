import { isDeepStrictEqual } from 'node:util'
import type { Criteria } from '../../../src/ports/criteria.ts'
import type { ColumnType, ColumnValue, Row, TableSchema } from '../../../src/ports/table.ts'

/** A row with its children by table name, as a test holds it. */
export interface NaiveRow {
  readonly row: Row
  readonly children?: Readonly<Record<string, readonly NaiveRow[]>>
}

/** Says by the letter of the port whether a row meets criteria. Slow and plain, and not derived from the adapter. */
export function naivelyMeets(table: TableSchema, subject: NaiveRow, where: Criteria): boolean {
  if (where.op === 'and') return where.terms.reduce((meets, term) => meets && naivelyMeets(table, subject, term), true)
  if (where.op === 'or') return where.terms.reduce((meets, term) => meets || naivelyMeets(table, subject, term), false)
  if (where.op === 'not') return naivelyMeets(table, subject, where.term) === false
  if (where.op === 'some') {
    const children = subject.children?.[where.child.name] ?? []
    return children.filter((child) => naivelyMeets(where.child, child, where.where)).length > 0
  }
  const type = table.columns.find(({ name }) => name === where.column)!.type
  const stored = subject.row[where.column] ?? null
  if (where.lookup === 'isNull') return where.value === true ? stored === null : stored !== null
  if (stored === null || where.value === null) return false
  const operand = where.value as Exclude<ColumnValue, null>
  const operands = Array.isArray(where.value) ? (where.value as readonly ColumnValue[]).filter((one) => one !== null) : []
  const text = String(stored)
  switch (where.lookup) {
    case 'eq':
      return naiveOrder(type, stored, operand) === 0
    case 'ne':
      return naiveOrder(type, stored, operand) !== 0
    case 'gt':
      return naiveOrder(type, stored, operand) > 0
    case 'gte':
      return naiveOrder(type, stored, operand) >= 0
    case 'lt':
      return naiveOrder(type, stored, operand) < 0
    case 'lte':
      return naiveOrder(type, stored, operand) <= 0
    case 'in':
      return operands.some((one) => naiveOrder(type, stored, one) === 0)
    case 'contains':
      return text.split(String(operand)).length > 1 || operand === ''
    case 'startsWith':
      return text.slice(0, String(operand).length) === operand
    case 'endsWith':
      return text.slice(text.length - String(operand).length) === operand
    case 'iexact':
      return lowered(text) === lowered(String(operand))
    case 'icontains':
      return lowered(text).indexOf(lowered(String(operand))) >= 0
    case 'any':
      return Array.isArray(stored) && stored.some((one) => one !== null && isDeepStrictEqual(one, operand))
    case 'overlap':
      return Array.isArray(stored) && stored.some((one) => one !== null && operands.some((other) => isDeepStrictEqual(one, other)))
  }
}

/** Less than, equal to or greater than 0. Json is only ever equal or not. Nulls are not compared here. */
export function naiveOrder(type: ColumnType, left: ColumnValue, right: ColumnValue): number {
  if (type === 'json') return isDeepStrictEqual(left, right) ? 0 : 1
  if (type === 'text' || type === 'date') return naiveTextOrder(String(left), String(right))
  if (type === 'decimal') {
    const difference = scaled(String(left)) - scaled(String(right))
    return difference > 0n ? 1 : difference < 0n ? -1 : 0
  }
  return Number(left) - Number(right)
}

export function naiveTextOrder(left: string, right: string): number {
  const [a, b] = [[...left], [...right]].map((characters) => characters.map((character) => character.codePointAt(0)!)) as [
    number[],
    number[],
  ]
  for (const [at, point] of a.entries()) {
    const other = b[at]
    if (other === undefined) return 1
    if (point !== other) return point - other
  }
  return a.length - b.length
}

/** A decimal in units of 10^-30. */
function scaled(text: string): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.')
  const magnitude = BigInt(whole + fraction.padEnd(30, '0'))
  return text.startsWith('-') ? -magnitude : magnitude
}

/** Character by character, without a look at the neighbours. */
function lowered(text: string): string {
  return [...text]
    .map((character) => (character === 'İ' ? 'i' : character.toLowerCase()))
    .map((character) => (character === 'ς' ? 'σ' : character))
    .join('')
}
