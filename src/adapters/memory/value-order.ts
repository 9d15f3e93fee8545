import type { ColumnType, ColumnValue } from '../../ports/table.ts'

/** Compares two values of a type that has an order, neither of them null. */
export type Comparison = (left: ColumnValue, right: ColumnValue) => number

/** Text by code point. Comparing UTF-16 units, as `<` does, would put what lies beyond U+FFFF before U+E000. */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at)
    const b = right.charCodeAt(at)
    if (a !== b) return rank(a) - rank(b)
  }
  return left.length - right.length
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

function compareNumbers(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : 0
}

/** Decimals by value, at any precision. */
export function compareDecimals(left: string, right: string): number {
  const a = normalDecimal(left)
  const b = normalDecimal(right)
  const aNegative = a.startsWith('-')
  if (aNegative !== b.startsWith('-')) return aNegative ? -1 : 1
  return aNegative ? compareMagnitudes(b.slice(1), a.slice(1)) : compareMagnitudes(a, b)
}

function compareMagnitudes(left: string, right: string): number {
  const [leftWhole = '', leftFraction = ''] = left.split('.')
  const [rightWhole = '', rightFraction = ''] = right.split('.')
  return leftWhole.length - rightWhole.length || compareText(leftWhole, rightWhole) || compareText(leftFraction, rightFraction)
}

/** The shortest way to write a decimal: equal values are equal texts. */
export function normalDecimal(text: string): string {
  const negative = text.startsWith('-')
  const [whole = '', fraction = ''] = (negative ? text.slice(1) : text).split('.')
  const short = `${whole.replace(/^0+(?=\d)/, '')}.${fraction.replace(/0+$/, '')}`.replace(/\.$/, '')
  return negative && short !== '0' ? `-${short}` : short
}

const COMPARISONS: Readonly<Record<ColumnType, Comparison>> = {
  text: (left, right) => compareText(left as string, right as string),
  integer: (left, right) => compareNumbers(left as number, right as number),
  float: (left, right) => compareNumbers(left as number, right as number),
  decimal: (left, right) => compareDecimals(left as string, right as string),
  boolean: (left, right) => compareNumbers(Number(left), Number(right)),
  date: (left, right) => compareText(left as string, right as string),
  timestamp: (left, right) => compareNumbers((left as Date).getTime(), (right as Date).getTime()),
  // Refused by `checkCriteria` and `checkSelection` before it comes to this.
  json: () => 0,
}

export function comparisonFor(type: ColumnType): Comparison {
  return COMPARISONS[type]
}
