import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareText } from '../../../src/adapters/memory/value-order.ts'
import { characterCount, textAfterPrefix } from '../../../src/adapters/sql/text-prefix.ts'

const character = fc.constantFrom('a', 'b', '\u0001', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10fffe}', '\u{10ffff}')
const text = fc.string({ unit: character, maxLength: 5 })

test('a text begins with a prefix exactly when it lies between the prefix and what comes after all that begin with it', () => {
  fc.assert(
    fc.property(
      text.filter((prefix) => prefix !== ''),
      text,
      (prefix, other) => {
        const end = textAfterPrefix(prefix)
        const isBetween = compareText(other, prefix) >= 0 && (end === undefined || compareText(other, end) < 0)
        expect(isBetween).toBe(other.startsWith(prefix))
      },
    ),
    { numRuns: 2000 },
  )
})

test('nothing comes after all that begin with the last character there is', () => {
  expect(textAfterPrefix('\u{10ffff}\u{10ffff}')).toBeUndefined()
  expect(textAfterPrefix('a\u{10ffff}')).toBe('b')
})

test('characters are code points', () => {
  expect(['', 'ab', '😀é'].map(characterCount)).toEqual([0, 2, 2])
})
