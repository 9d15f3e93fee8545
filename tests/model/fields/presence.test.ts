import { Domain, field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { issuesOf } from '../thrown.ts'
import { admit, refusals } from './admission.ts'

const REQUIRED = {
  string: field.string({ required: true }),
  'string with a lower bound': field.string({ required: true, minLength: 3 }),
  'string of choices': field.string({ required: true, choices: ['a'] }),
  'identifying string': field.string({ identifier: true }),
  text: field.text({ required: true }),
  integer: field.integer({ required: true }),
  float: field.float({ required: true, min: 1 }),
  decimal: field.decimal({ required: true }),
  boolean: field.boolean({ required: true }),
  date: field.date({ required: true }),
  dateTime: field.dateTime({ required: true }),
  identifier: field.identifier({ required: true }),
  status: field.status(['draft'], { required: true }),
  json: field.json({ required: true }),
}

describe('a required field', () => {
  it.each(Object.entries(REQUIRED))('that is a %s says the same of nothing, null and the empty text', (_, spec) => {
    for (const input of [undefined, null, '']) expect(refusals(spec, input)).toEqual(['it REQUIRED'])
  })

  it('says it in one way', () => {
    const domain = new Domain('fields')
    class Value extends domain.valueObject('Value', { a: field.string({ required: true }), b: field.integer({ required: true }) }) {}
    for (const absent of [undefined, null, ''])
      expect(() => new Value({ a: absent, b: absent } as never)).toThrow(
        expect.objectContaining({ code: 'REQUIRED', messages: { a: ['is required'], b: ['is required'] } }),
      )
  })

  it('takes what only looks absent', () => {
    expect(admit(REQUIRED.integer, 0)).toEqual({ value: 0 })
    expect(admit(REQUIRED.boolean, false)).toEqual({ value: false })
    expect(admit(REQUIRED.string, ' ')).toEqual({ value: ' ' })
    expect(admit(REQUIRED.json, 0)).toEqual({ value: 0 })
  })

  it('can be a collection, which may be empty', () => {
    for (const spec of [field.list(field.string(), { required: true }), field.dict({ required: true })]) {
      for (const input of [undefined, null, '']) expect(refusals(spec, input)).toEqual(['it REQUIRED'])
    }
    expect(admit(field.list(field.string(), { required: true }), [])).toEqual({ value: [] })
    expect(admit(field.dict({ required: true }), {})).toEqual({ value: {} })
  })
})

describe('a field that is not required', () => {
  it('has no value where none, or null, is given', () => {
    for (const spec of [field.string(), field.integer(), field.dateTime(), field.json(), field.identifier()]) {
      for (const input of [undefined, null]) expect(admit(spec, input)).toEqual({ value: undefined })
    }
  })

  it('keeps the empty text apart from no text', () => {
    expect(admit(field.string(), '')).toEqual({ value: '' })
    expect(admit(field.string({ unique: true }), '')).toEqual({ value: '' })
  })

  it('that is an identifier takes no empty text, which identifies nothing', () => {
    expect(refusals(field.identifier(), '')).toEqual(['it REQUIRED'])
  })

  it('can be cleared', () => {
    const domain = new Domain('fields')
    class Thing extends domain.aggregate('Thing', { note: field.string() }) {}
    const thing = new Thing({ note: 'a' })
    thing.note = undefined
    expect(thing.note).toBeUndefined()
    expect(thing.toObject()).not.toHaveProperty('note')
  })
})

describe('a default', () => {
  it('is there when nothing, or null, is given', () => {
    const domain = new Domain('defaults')
    class Value extends domain.valueObject('Value', {
      currency: field.string({ default: 'USD' }),
      count: field.integer({ default: 0 }),
      open: field.boolean({ default: false }),
      total: field.decimal({ default: '1.50' }),
      since: field.dateTime({ default: new Date(0) }),
    }) {}
    const expected = { currency: 'USD', count: 0, open: false, total: '1.5', since: new Date(0) }
    expect({ ...new Value({}) }).toEqual(expected)
    expect({ ...new Value({ currency: null, count: null, open: undefined } as never) }).toEqual(expected)
  })

  it('may be made by a function, once for each instance that needs it', () => {
    const domain = new Domain('defaults')
    const numbers = [1, 2, 3]
    class Value extends domain.valueObject('Value', { number: field.integer({ default: () => numbers.shift() ?? 0 }) }) {}
    expect([new Value({}).number, new Value({ number: 9 }).number, new Value({}).number]).toEqual([1, 9, 2])
  })

  it('keeps the rules of its field, also when a function makes it', () => {
    const domain = new Domain('defaults')
    class Value extends domain.valueObject('Value', {
      a: field.integer({ default: () => 'many' as never }),
      b: field.string({ maxLength: 1, default: 'ab' }),
      c: field.string({ default: () => undefined as never }),
      d: field.list(field.integer({ max: 1 }), { default: [1, 2] }),
    }) {}
    expect(issuesOf(() => new Value({}))).toEqual(['a TYPE', 'b TOO_LONG', 'c REQUIRED', 'd[1] TOO_LARGE'])
  })

  it('is never shared in a way that one instance could change for another', () => {
    const domain = new Domain('defaults')
    const given = { list: [1], dict: { a: [1] }, at: new Date(0) }
    class Thing extends domain.aggregate('Thing', {
      list: field.list(field.integer(), { default: given.list }),
      dict: field.dict<{ a: number[] }>({ default: given.dict }),
      at: field.dateTime({ default: given.at }),
    }) {}
    const first = new Thing({})
    given.list.push(2)
    given.dict.a.push(2)
    expect(() => (first.list as number[]).push(3)).toThrow(TypeError)
    expect(() => first.dict.a.push(3)).toThrow(TypeError)
    expect(() => first.at.setTime(5)).toThrow(expect.objectContaining({ code: 'INCORRECT_USAGE' }))
    expect(first.toObject()).toEqual({ id: first.id, list: [1], dict: { a: [1] }, at: '1970-01-01T00:00:00.000Z' })
  })

  it('makes a field that always has a value, which cannot be cleared', () => {
    const domain = new Domain('defaults')
    class Thing extends domain.aggregate('Thing', { status: field.string({ default: 'draft' }), tags: field.list(field.string()) }) {}
    const thing = new Thing({ status: 'open' })
    for (const name of ['status', 'tags'] as const)
      expect(issuesOf(() => Object.assign(thing, { [name]: null }))).toEqual([`${name} REQUIRED`])
    expect(thing.status).toBe('open')
  })

  it('is not tried out before its validator can work', () => {
    const domain = new Domain('defaults')
    const allowed = new Set<string>()
    class Value extends domain.valueObject('Value', { it: field.string({ default: 'a', validate: (text) => allowed.has(text) }) }) {}
    expect(issuesOf(() => new Value({}))).toEqual(['it VALIDATION_FAILED'])
    allowed.add('a')
    expect(new Value({}).it).toBe('a')
  })
})

describe('an auto field', () => {
  it('is filled in with a new identity when it is left out', () => {
    let made = 0
    const domain = new Domain('autos', { ids: { next: () => `id-${++made}` } })
    class Value extends domain.valueObject('Value', { code: field.auto() }) {}
    expect([new Value({}).code, new Value({ code: 'mine' }).code, new Value({}).code]).toEqual(['id-1', 'mine', 'id-2'])
  })

  it('may have a generator of its own', () => {
    const domain = new Domain('autos')
    class Value extends domain.valueObject('Value', { code: field.auto({ generate: () => 'ABC' }) }) {}
    expect(new Value({}).code).toBe('ABC')
  })

  it('that the database counts is absent until then', () => {
    const domain = new Domain('autos')
    class Thing extends domain.aggregate('Thing', { number: field.auto({ increment: true }) }) {}
    expect(new Thing({}).number).toBeUndefined()
    expect(new Thing({ number: 5 }).number).toBe(5)
  })
})
