import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { valueKey } from '../../../src/adapters/memory/value-key.ts'
import { compareDecimals, compareText, normalDecimal } from '../../../src/adapters/memory/value-order.ts'
import type { JsonValue } from '../../../src/util/json.ts'
import { sortedJson } from '../../../src/util/sorted-json.ts'
import { naiveOrder, naiveTextOrder } from '../support/naive-criteria.ts'

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('a', 'b', '\uffee', '\ue000', '😀', '\u{10000}'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 5,
})
const decimal = fc
  .record({ negative: fc.boolean(), whole: fc.stringMatching(/^[0-9]{1,20}$/), fraction: fc.stringMatching(/^[0-9]{0,5}$/) })
  .map(({ negative, whole, fraction }) => `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`)

describe('the order of values', () => {
  test('of text is that of its code points', () => {
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(Math.sign(compareText(left, right))).toBe(Math.sign(naiveTextOrder(left, right)))
      }),
    )
  })

  test('of decimals is that of the numbers, at any length', () => {
    fc.assert(
      fc.property(decimal, decimal, (left, right) => {
        expect(Math.sign(compareDecimals(left, right))).toBe(Math.sign(naiveOrder('decimal', left, right)))
      }),
    )
  })

  test('decimals that are equal have one normal form, and others have another', () => {
    fc.assert(
      fc.property(decimal, decimal, (left, right) => {
        expect(normalDecimal(left) === normalDecimal(right)).toBe(naiveOrder('decimal', left, right) === 0)
        expect(naiveOrder('decimal', normalDecimal(left), left)).toBe(0)
      }),
    )
    expect(['-0', '0.00', '-0.0', '000'].map(normalDecimal)).toEqual(['0', '0', '0', '0'])
  })
})

describe('keys of values', () => {
  test('json with the same content has one key, whatever the order of its members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(sortedJson(reordered(value) as JsonValue)).toBe(sortedJson(value as JsonValue))
      }),
    )
    expect(sortedJson({ a: 1, b: undefined })).toBe(sortedJson({ a: 1 }))
    expect(sortedJson([1, 2])).not.toBe(sortedJson([2, 1]))
    expect(sortedJson('1')).not.toBe(sortedJson(1))
  })

  test('numbers that are equal have one key', () => {
    expect(valueKey('float', -0)).toBe(valueKey('float', 0))
    expect(valueKey('timestamp', new Date(5))).toBe(valueKey('timestamp', new Date(5)))
  })
})

function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reordered(member)]),
  )
}
