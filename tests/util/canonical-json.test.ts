import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IncorrectUsageError } from '../../src/errors.ts'
import { canonicalJson } from '../../src/util/canonical-json.ts'

class Point {
  readonly x = 1
}

const cyclic: Record<string, unknown> = {}
cyclic.self = cyclic

describe('canonicalJson', () => {
  it.each([
    [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
    [{ 9: 1, 10: 2, a: 3, B: 4 }, '{"10":2,"9":1,"B":4,"a":3}'],
    [{ '\uffff': 1, '\u{1f600}': 2 }, '{"\\ud83d\\ude00":2,"\\uffff":1}'],
    [{ a: { d: [1, { f: 1, e: 2 }], c: null } }, '{"a":{"c":null,"d":[1,{"e":2,"f":1}]}}'],
    [{ a: undefined, b: 1, c: undefined }, '{"b":1}'],
    [[], '[]'],
    [{}, '{}'],
    [Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    [-0, '0'],
    [1.0, '1'],
    [0.1, '0.1'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
    [true, 'true'],
    [null, 'null'],
    ['"\\\n\u0000/', '"\\"\\\\\\n\\u0000/"'],
    ['é\u2028\u007f', '"\\u00e9\\u2028\\u007f"'],
    ['\ud800', '"\\ud800"'],
    [JSON.parse('{"__proto__":1,"a":2}'), '{"__proto__":1,"a":2}'],
  ])('writes %o as %s', (value, expected) => {
    expect(canonicalJson(value)).toBe(expected)
  })

  it('reads back as what JSON makes of the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('does not depend on the order in which members were added', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse())
        expect(canonicalJson(reversed)).toBe(canonicalJson(value))
      }),
    )
  })

  it('is printable ASCII whatever the texts hold', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' })), (value) => /^[ -~]*$/.test(canonicalJson(value))))
  })

  it('gives different texts for different values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const areSame = canonicalJson(a) === canonicalJson(b)
        expect(areSame).toBe(sorted(a) === sorted(b))
      }),
    )
  })

  it.each([
    ['NaN', { items: [{ price: Number.NaN }] }, 'items[0].price'],
    ['infinity', { a: Number.NEGATIVE_INFINITY }, ' at a:'],
    ['a bigint', { a: { b: 1n } }, 'a.b'],
    ['a function', { a: () => 1 }, ' at a:'],
    ['a symbol', [Symbol('x')], '[0]'],
    ['undefined in a list', { a: [undefined] }, 'a[0]'],
    ['a hole in a list', { a: new Array(1) }, 'a[0]'],
    ['undefined itself', undefined, 'Not JSON:'],
    ['a date', { at: new Date(0) }, 'Date'],
    ['a map', { a: new Map() }, 'Map'],
    ['a class instance', { a: new Point() }, 'Point'],
    ['an object that contains itself', cyclic, 'self.self.self'],
  ])('refuses %s and says where it is', (_what, value, place) => {
    expect(() => canonicalJson(value)).toThrow(IncorrectUsageError)
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'NOT_JSON', message: expect.stringContaining(place) }))
  })

  it('refuses nesting too deep to be read safely, and writes what is less deep', () => {
    expect(canonicalJson(nested(900))).toHaveLength(900 * 2 + 1)
    expect(() => canonicalJson(nested(50_000))).toThrow(expect.objectContaining({ code: 'NOT_JSON' }))
  })
})

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level += 1) value = [value]
  return value
}

/** Another way to the same answer: rebuild with sorted entries, which is unambiguous as a list of pairs. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.entries(member)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => ['member', key, inner])
          .concat([['object']])
      : member,
  )
}
