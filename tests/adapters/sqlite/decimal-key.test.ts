import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareDecimals } from '../../../src/adapters/memory/value-order.ts'
import { decimalKey } from '../../../src/adapters/sqlite/decimal-key.ts'

const digits = fc.string({ unit: fc.constantFrom('0', '1', '5', '9'), minLength: 1, maxLength: 12 })
const decimal = fc
  .tuple(fc.constantFrom('', '-'), digits, fc.option(digits, { nil: undefined }))
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}`)

const byKey = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0)

test('keys compare as texts exactly as their decimals do by value', () => {
  fc.assert(
    fc.property(decimal, decimal, (left, right) => {
      expect(byKey(decimalKey(left), decimalKey(right))).toBe(Math.sign(compareDecimals(left, right)))
    }),
    { numRuns: 1000 },
  )
})

test('however long they are', () => {
  const ascending = [
    `-${'9'.repeat(1000)}`,
    `-${'9'.repeat(999)}`,
    '-0.1',
    '-0.01',
    '0',
    `0.${'0'.repeat(998)}1`,
    '9'.repeat(999),
    '9'.repeat(1000),
  ]
  expect([...ascending].reverse().sort((left, right) => byKey(decimalKey(left), decimalKey(right)))).toEqual(ascending)
})

test.each(['0', '-0', '000', '0.000', '-0.00'])('%s is nothing but zero', (zero) => {
  expect(decimalKey(zero)).toBe(decimalKey('0'))
})
