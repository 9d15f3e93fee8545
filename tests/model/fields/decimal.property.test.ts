import fc from 'fast-check'
import type { Issue } from 'proteanjs'
import { field } from 'proteanjs'
import { describe, expect, it } from 'vitest'

const SCALE = 60
const digits = (minLength: number) => fc.stringMatching(/^[0-9]*$/).filter((text) => text.length >= minLength && text.length <= 15)
const DECIMAL = fc
  .record({
    sign: fc.constantFrom('', '-', '+'),
    whole: digits(1),
    fraction: fc.option(digits(0), { nil: undefined }),
    exponent: fc.option(fc.integer({ min: -12, max: 12 }), { nil: undefined }),
  })
  .map(
    ({ sign, whole, fraction, exponent }) =>
      `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}${exponent === undefined ? '' : `e${exponent}`}`,
  )

/** The number as a whole number of 10^-60, read in the plainest way. */
function scaled(text: string): bigint {
  const [mantissa = '', exponent = '0'] = text.split('e')
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.')
  const size = BigInt(whole + fraction) * 10n ** BigInt(SCALE - fraction.length + Number(exponent))
  return mantissa.startsWith('-') ? -size : size
}

function canonical(input: string | number): string | undefined {
  return field.decimal().admit(input, 'it', []) as string | undefined
}

function codesOf(spec: ReturnType<typeof field.decimal>, input: string): string[] {
  const issues: Issue[] = []
  spec.admit(input, 'it', issues)
  return issues.map(({ code }) => code)
}

describe('an exact decimal', () => {
  it('keeps its value in its shortest form', () => {
    fc.assert(
      fc.property(DECIMAL, (text) => {
        const shortest = canonical(text) ?? ''
        expect(scaled(shortest)).toBe(scaled(text))
        expect(shortest).toMatch(/^(0|-?(0\.\d*[1-9]|[1-9]\d*(\.\d*[1-9])?))$/)
        expect(canonical(shortest)).toBe(shortest)
      }),
    )
  })

  it('has one form for each value', () => {
    fc.assert(
      fc.property(DECIMAL, DECIMAL, (a, b) => {
        expect(canonical(a) === canonical(b)).toBe(scaled(a) === scaled(b))
      }),
    )
  })

  it('is compared with its bounds as numbers are', () => {
    fc.assert(
      fc.property(DECIMAL, DECIMAL, (text, bound) => {
        expect(codesOf(field.decimal({ min: bound }), text)).toEqual(scaled(text) < scaled(bound) ? ['TOO_SMALL'] : [])
        expect(codesOf(field.decimal({ max: bound }), text)).toEqual(scaled(text) > scaled(bound) ? ['TOO_LARGE'] : [])
        expect(codesOf(field.decimal({ min: text, max: text }), text)).toEqual([])
      }),
    )
  })

  it('of a JavaScript number is what that prints as', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(canonical(value))).toBe(value === 0 ? 0 : value)
      }),
    )
  })

  it('is made from nothing that is no number', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(codesOf(field.decimal(), text)).toEqual(/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?\s*$/i.test(text) ? [] : ['TYPE'])
      }),
    )
  })
})
