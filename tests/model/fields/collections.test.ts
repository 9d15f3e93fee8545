import { Domain, field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { issuesOf } from '../thrown.ts'
import { admit, admitted, refusals } from './admission.ts'

const accepted = (value: unknown) => ({ value })
const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`)

describe('a list', () => {
  it('checks every item by the rules of its own field, and tells which one breaks them', () => {
    const spec = field.list(field.string({ maxLength: 3, pattern: /^[a-z]*$/ }))
    expect(refusals(spec, ['ok', 'long', 'OK', 7])).toEqual(['it[1] TOO_LONG', 'it[2] PATTERN', 'it[3] TYPE'])
    expect(refusals(field.list(field.list(field.integer({ max: 5 }))), [[1], [2, 6]])).toEqual(['it[1][1] TOO_LARGE'])
  })

  it('converts its items', () => {
    expect(admitted(field.list(field.integer()), ['1', true])).toEqual([1, 1])
    expect(admitted(field.list(field.decimal()), [1.5, '2.50'])).toEqual(['1.5', '2.5'])
  })

  it('has no holes and no absent items', () => {
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested.
    expect(refusals(field.list(field.string()), ['a', , null, undefined])).toEqual(['it[1] REQUIRED', 'it[2] REQUIRED', 'it[3] REQUIRED'])
    expect(refusals(field.list(field.string({ required: true })), ['a', ''])).toEqual(['it[1] REQUIRED'])
  })

  it('is a list and nothing like one', () => {
    for (const input of ['abc', { length: 1, 0: 'a' }, new Set(['a']), 5])
      expect(refusals(field.list(field.string()), input)).toEqual(['it TYPE'])
  })

  it('may be limited in length', () => {
    const spec = field.list(field.integer(), { minLength: 1, maxLength: 2 })
    expect(refusals(spec, [])).toEqual(['it TOO_SHORT'])
    expect(refusals(spec, [1, 2, 3])).toEqual(['it TOO_LONG'])
    expect(admit(spec, [1])).toEqual(accepted([1]))
  })

  it('is empty when left out, unless it is required or has another default', () => {
    const domain = new Domain('lists')
    class Lists extends domain.valueObject('Lists', {
      plain: field.list(field.string()),
      filled: field.list(field.string(), { default: ['a'] }),
    }) {}
    class Required extends domain.valueObject('Required', { it: field.list(field.string(), { required: true }) }) {}
    expect(new Lists({})).toEqual({ plain: [], filled: ['a'] })
    expect(issuesOf(() => new Required({} as never))).toEqual(['it REQUIRED'])
    expect(new Required({ it: [] }).it).toEqual([])
  })

  it('is frozen, and so are the values in it', () => {
    const given = [{ tags: ['x'] }]
    const value = admitted(field.list(field.json<{ tags: string[] }>()), given) as { tags: string[] }[]
    given[0]?.tags.push('y')
    expect(value).toEqual([{ tags: ['x'] }])
    expect(() => value.push({ tags: [] })).toThrow(TypeError)
    expect(() => value[0]?.tags.push('z')).toThrow(TypeError)
  })

  it('takes value objects as plain data, and tells where they are wrong', () => {
    const domain = new Domain('lists')
    class Money extends domain.valueObject('Money', { amount: field.float({ required: true, min: 0 }) }) {}
    class Basket extends domain.valueObject('Basket', { prices: field.list(field.valueObject(Money)) }) {}
    const basket = new Basket({ prices: [{ amount: 1 } as Money, new Money({ amount: 2 })] })
    expect(basket.prices.map((price) => price instanceof Money && price.amount)).toEqual([1, 2])
    expect(issuesOf(() => new Basket({ prices: [{ amount: 1 }, { amount: -1 }, {}, 'x'] as never }))).toEqual([
      'prices[1].amount TOO_SMALL',
      'prices[2].amount REQUIRED',
      'prices[3] TYPE',
    ])
  })
})

describe('a dict', () => {
  it('holds any JSON object', () => {
    const value = { a: [1, { b: null }], c: 'x' }
    expect(admitted(field.dict(), value)).toEqual(value)
    for (const input of [[1], 'x', 5, new Map(), NOT_PLAIN]) expect(refusals(field.dict(), input)).toEqual(['it TYPE'])
  })

  it('of a field checks every value by the rules of that field', () => {
    const spec = field.dict(field.integer({ max: 5 }))
    expect(admitted(spec, { a: '1', b: 5 })).toEqual({ a: 1, b: 5 })
    expect(refusals(spec, { a: 6, b: 'x', c: null })).toEqual(['it.a TOO_LARGE', 'it.b TYPE', 'it.c REQUIRED'])
    expect(refusals(spec, ['a'])).toEqual(['it TYPE'])
  })

  it('is empty when left out', () => {
    const domain = new Domain('dicts')
    class Dicts extends domain.valueObject('Dicts', { any: field.dict(), numbers: field.dict(field.integer()) }) {}
    expect(new Dicts({})).toEqual({ any: {}, numbers: {} })
  })

  it('takes the key __proto__ as any other key', () => {
    const input = JSON.parse('{ "__proto__": { "admin": true } }') as object
    for (const spec of [field.dict(), field.dict(field.json())]) {
      const value = admitted(spec, input) as { admin?: boolean }
      expect(value.admin).toBeUndefined()
      expect(JSON.stringify(value)).toBe('{"__proto__":{"admin":true}}')
    }
  })
})

describe('a JSON field', () => {
  it.each([[0], [''], [false], ['text'], [1.5], [[1, [2, { a: null }]]], [{ a: { b: [] } }]])('holds %o', (value) => {
    expect(admitted(field.json(), value)).toEqual(value)
  })

  it('is absent when it is null', () => {
    expect(admitted(field.json(), null)).toBeUndefined()
  })

  it('copies and freezes through and through', () => {
    const given = { list: [{ deep: 1 }] }
    const value = admitted(field.json(), given) as typeof given
    ;(given.list[0] as { deep: number }).deep = 2
    expect(value.list[0]?.deep).toBe(1)
    expect(Object.isFrozen(value) && Object.isFrozen(value.list) && Object.isFrozen(value.list[0])).toBe(true)
  })

  it('writes dates, and whatever else knows its JSON, as that', () => {
    const domain = new Domain('json')
    class Thing extends domain.aggregate('Thing', { id: field.identifier({ identifier: true }) }) {}
    const input = { at: new Date(0), thing: new Thing({ id: 'a' }), gone: undefined }
    expect(admitted(field.json(), input)).toStrictEqual({ at: '1970-01-01T00:00:00.000Z', thing: { id: 'a' } })
  })

  it.each([
    ['NaN', { a: Number.NaN }, 'it.a TYPE'],
    ['infinity', [Number.POSITIVE_INFINITY], 'it[0] TYPE'],
    ['a bigint', { a: [1n] }, 'it.a[0] TYPE'],
    ['a function', { a: () => 1 }, 'it.a TYPE'],
    ['a symbol', [Symbol('s')], 'it[0] TYPE'],
    ['undefined in a list', [undefined], 'it[0] TYPE'],
    ['a hole in a list', new Array(1), 'it[0] TYPE'],
    ['a map', { a: new Map() }, 'it.a TYPE'],
    ['an invalid date', { a: new Date(Number.NaN) }, 'it.a TYPE'],
    ['an object without a constructor', { a: Object.create(Object.create(null)) as unknown }, 'it.a TYPE'],
  ])('refuses %s and tells where it is', (_, input, issue) => {
    expect(refusals(field.json(), input)).toEqual([issue])
  })

  it('tells everything that JSON cannot hold', () => {
    expect(refusals(field.json(), { a: 1n, b: { c: Number.NaN } })).toEqual(['it.a TYPE', 'it.b.c TYPE'])
  })

  it('refuses data that contains itself, and takes the same data twice', () => {
    const loop: Record<string, unknown> = { name: 'loop' }
    loop.first = loop
    loop.second = { again: loop }
    expect(refusals(field.json(), loop)).toEqual(['it.first TYPE', 'it.second.again TYPE'])
    const shared = { a: 1 }
    expect(admitted(field.json(), [shared, shared])).toEqual([{ a: 1 }, { a: 1 }])
  })

  it('refuses what is nested too deeply, instead of running out of stack', () => {
    expect(refusals(field.json(), nested(100_000))).toHaveLength(1)
    expect(admit(field.json(), nested(1000))).toHaveProperty('value')
  })
})

const NOT_PLAIN = new (class Point {
  readonly x = 1
})()
