import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deepEqual, frozenJson, isPlainObject } from '../../src/util/plain.ts'

const noFailure = (path: string, what: string) => expect.unreachable(`${path} is ${what}`)

describe('frozenJson', () => {
  it('gives what JSON would give, for everything that JSON holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(frozenJson(value, '', noFailure))).toBe(JSON.stringify(value))
      }),
    )
  })

  it('leaves nothing that could be changed', () => {
    const isFrozen = (value: unknown): boolean =>
      typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen))
    fc.assert(fc.property(fc.jsonValue(), (value) => isFrozen(frozenJson(value, '', noFailure))))
  })
})

describe('deepEqual', () => {
  it('agrees with the JSON text of plain data', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 2 }), (a, b) => {
        const copy: unknown = JSON.parse(JSON.stringify(a))
        expect(deepEqual(copy, JSON.parse(JSON.stringify(copy)))).toBe(true)
        expect(deepEqual(a, b)).toBe(deepEqual(b, a))
      }),
    )
  })

  it('does not look at the order of members', () => {
    expect(deepEqual({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true)
  })

  it.each([
    [{ a: 1 }, { a: 1, b: undefined }],
    [[1], { 0: 1, length: 1 }],
    [
      [1, 2],
      [2, 1],
    ],
    [new Date(0), new Date(1)],
    [new Date(0), {}],
    [null, {}],
    [0, -0],
    ['1', 1],
  ])('tells %o from %o', (a, b) => {
    expect(deepEqual(a, b)).toBe(false)
    expect(deepEqual(b, a)).toBe(false)
  })

  it('leaves it to things that can tell themselves', () => {
    const anything = { equals: () => true }
    expect(deepEqual(anything, {})).toBe(true)
  })
})

describe('isPlainObject', () => {
  it('is for literals and objects without a prototype', () => {
    expect([{}, Object.create(null), JSON.parse('{}')].every(isPlainObject)).toBe(true)
    expect([[], null, 'x', new Date(0), new Map(), Object.create({}), () => 1].some(isPlainObject)).toBe(false)
  })
})
