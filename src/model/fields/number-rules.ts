import type { Issue } from '../../errors.ts'
import type { ValueRule } from '../field-spec.ts'
import { oneOf, refuse } from './text-rules.ts'

export interface NumberLimits {
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly choices?: readonly number[] | undefined
}

const NUMERIC = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i
const NOT_MINUS_ZERO = '(v !== 0 || 1 / v > 0)'

/** A whole number that JavaScript holds exactly. Digits in text, and booleans as 0 and 1, are taken too. */
export function integerRule(limits: NumberLimits): ValueRule {
  return numberRule(limits, 'Number.isSafeInteger(v)', (input, path, issues) => {
    const value = toNumber(input)
    if (value === undefined) return refuse(issues, path, 'TYPE', 'must be a whole number')
    if (!Number.isInteger(value)) return refuse(issues, path, 'TYPE', 'must be a whole number, without a fraction')
    if (!Number.isSafeInteger(value)) return refuse(issues, path, 'TYPE', 'is too large to be held exactly: use a decimal field')
    return value
  })
}

/** A finite double-precision number. Digits in text, and booleans as 0 and 1, are taken too. */
export function floatRule(limits: NumberLimits): ValueRule {
  return numberRule(limits, "typeof v === 'number' && v - v === 0", (input, path, issues) => {
    const value = toNumber(input)
    return value === undefined ? refuse(issues, path, 'TYPE', 'must be a number') : value
  })
}

function numberRule(
  limits: NumberLimits,
  type: string,
  parse: (input: unknown, path: string, issues: Issue[]) => number | undefined,
): ValueRule {
  const { min, max, choices } = limits
  const conditions = [type, NOT_MINUS_ZERO, min === undefined ? '' : `v >= ${Number(min)}`, max === undefined ? '' : `v <= ${Number(max)}`]
  return {
    // Numbers go into the condition as JavaScript prints them; a list of choices is looked at slowly.
    fast: choices === undefined ? () => conditions.filter((condition) => condition !== '').join(' && ') : undefined,
    coerce(input, path, issues) {
      const parsed = parse(input, path, issues)
      if (parsed === undefined) return undefined
      // -0 would come back from JSON and from databases as 0.
      const value = parsed === 0 ? 0 : parsed
      if (min !== undefined && value < min) refuse(issues, path, 'TOO_SMALL', `must be at least ${min}`)
      if (max !== undefined && value > max) refuse(issues, path, 'TOO_LARGE', `must be at most ${max}`)
      if (choices !== undefined && !choices.includes(value)) refuse(issues, path, 'CHOICE', `must be ${oneOf(choices)}`)
      return value
    },
    toPlain: (value) => value as number,
    fromPlain: (plain) => plain,
  }
}

function toNumber(input: unknown): number | undefined {
  if (typeof input === 'boolean') return Number(input)
  const value = typeof input === 'string' && NUMERIC.test(input) ? Number(input) : input
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

export interface DecimalLimits {
  readonly min?: string | number | undefined
  readonly max?: string | number | undefined
  /** Digits in all. */
  readonly precision?: number | undefined
  /** Digits after the point. */
  readonly scale?: number | undefined
}

/** An exact decimal number, held as text in its shortest form: no exponent, no needless zeros. */
export function decimalRule(limits: DecimalLimits): ValueRule {
  const min = limits.min === undefined ? undefined : canonicalDecimal(String(limits.min))
  const max = limits.max === undefined ? undefined : canonicalDecimal(String(limits.max))
  return {
    coerce(input, path, issues) {
      const isText = typeof input === 'string' || typeof input === 'bigint' || (typeof input === 'number' && Number.isFinite(input))
      const value = isText ? canonicalDecimal(String(input)) : undefined
      if (value === undefined) return refuse(issues, path, 'TYPE', 'must be a decimal number')
      const [whole = '', fraction = ''] = value.replace('-', '').split('.')
      const { precision, scale } = limits
      if (scale !== undefined && fraction.length > scale)
        refuse(issues, path, 'PRECISION', `must have at most ${scale} digits after the point`)
      if (precision !== undefined && (whole === '0' ? 0 : whole.length) + fraction.length > precision) {
        refuse(issues, path, 'PRECISION', `must have at most ${precision} digits in all`)
      }
      if (min !== undefined && compareDecimals(value, min) < 0) refuse(issues, path, 'TOO_SMALL', `must be at least ${min}`)
      if (max !== undefined && compareDecimals(value, max) > 0) refuse(issues, path, 'TOO_LARGE', `must be at most ${max}`)
      return value
    },
    toPlain: (value) => value as string,
    fromPlain: (plain) => plain,
  }
}

const DECIMAL = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,4}))?\s*$/i

/** The shortest plain form of a decimal number, or undefined when the text is none. */
function canonicalDecimal(text: string): string | undefined {
  const match = DECIMAL.exec(text)
  if (match === null || (match[2] ?? '') + (match[3] ?? '') === '') return undefined
  const exponent = Number(match[4] ?? 0)
  let whole = match[2] ?? ''
  let fraction = match[3] ?? ''
  if (exponent > 0) {
    whole += fraction.slice(0, exponent).padEnd(exponent, '0')
    fraction = fraction.slice(exponent)
  } else if (exponent < 0) {
    fraction = whole.padStart(-exponent, '0').slice(exponent) + fraction
    whole = whole.slice(0, Math.max(0, whole.length + exponent))
  }
  whole = whole.replace(/^0+(?=\d)/, '') || '0'
  fraction = fraction.replace(/0+$/, '')
  const digits = fraction === '' ? whole : `${whole}.${fraction}`
  return match[1] === '-' && digits !== '0' ? `-${digits}` : digits
}

/** Compares two canonical decimals exactly: negative, zero or positive. */
function compareDecimals(a: string, b: string): number {
  const negative = a.startsWith('-')
  if (negative !== b.startsWith('-')) return negative ? -1 : 1
  const [aWhole = '', aFraction = ''] = a.replace('-', '').split('.')
  const [bWhole = '', bFraction = ''] = b.replace('-', '').split('.')
  const length = Math.max(aWhole.length, bWhole.length)
  const left = aWhole.padStart(length, '0') + aFraction.padEnd(bFraction.length, '0')
  const right = bWhole.padStart(length, '0') + bFraction.padEnd(aFraction.length, '0')
  const order = left < right ? -1 : left > right ? 1 : 0
  return negative ? -order : order
}
