import { Domain, field, ValidationError } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { forgetZod } from '../forget-zod.ts'
import { issuesOf, thrownBy } from '../thrown.ts'
import { admit, refusals } from './admission.ts'

forgetZod()

const EVEN = z.number().refine((value) => value % 2 === 0, 'must be even')

describe('a function that validates', () => {
  it('refuses with false, with a text, or by throwing', () => {
    const ways = [
      () => false,
      () => 'is odd',
      () => {
        throw new ValidationError([{ path: '_entity', code: 'VALIDATION_FAILED', message: 'is odd' }])
      },
    ]
    for (const validate of ways) expect(refusals(field.integer({ validate }), 3)).toEqual(['it VALIDATION_FAILED'])
  })

  it('accepts with true, or with nothing', () => {
    for (const validate of [() => true, () => undefined]) expect(admit(field.integer({ validate }), 3)).toEqual({ value: 3 })
  })

  it('may say which rule, and which part of the value', () => {
    const validate = () => {
      throw new ValidationError([{ path: 'zip', code: 'ZIP', message: 'is unknown' }])
    }
    expect(refusals(field.json({ validate }), {})).toEqual(['it.zip ZIP'])
  })

  it('sees the value, not the input, and only one that keeps the rules of the field', () => {
    const seen: unknown[] = []
    const spec = field.integer({ min: 0, validate: (value) => void seen.push(value) })
    admit(spec, '7')
    admit(spec, -1)
    admit(spec, 'x')
    admit(spec, undefined)
    expect(new Set(seen)).toEqual(new Set([7]))
  })

  it('lets errors that are none of validation through', () => {
    const failure = new RangeError('boom')
    const domain = new Domain('fields')
    class Value extends domain.valueObject('Value', {
      it: field.integer({
        validate: () => {
          throw failure
        },
      }),
    }) {}
    expect(thrownBy(() => new Value({ it: 1 }))).toBe(failure)
  })

  it('is refused when it is asynchronous: its answer would come too late', () => {
    const domain = new Domain('fields')
    class Value extends domain.valueObject('Value', {
      it: field.integer({ validate: (async () => Promise.reject(new Error('too late'))) as never }),
    }) {}
    expect(() => new Value({ it: 1 })).toThrow(expect.objectContaining({ code: 'INCORRECT_USAGE' }))
  })
})

describe('a schema that validates', () => {
  it('adds its issues, with paths below the field', () => {
    expect(refusals(field.integer({ validate: EVEN }), 3)).toEqual(['it VALIDATION_FAILED'])
    expect(admit(field.integer({ validate: EVEN }), '4')).toEqual({ value: 4 })
    const shape = z.object({ lines: z.array(z.object({ sku: z.string() })) })
    expect(refusals(field.json({ validate: shape }), { lines: [{ sku: 'a' }, { sku: 1 }] })).toEqual(['it.lines[1].sku VALIDATION_FAILED'])
  })

  it('only checks: what it turns the value into is not taken', () => {
    expect(admit(field.string({ validate: z.string().toUpperCase() }), 'abc')).toEqual({ value: 'abc' })
  })

  it('may be a function that is a schema too', () => {
    const schema = Object.assign(() => 'never called', {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: unknown) => (value === 1 ? { value } : { issues: [{ message: 'no' }] }),
      },
    } as const)
    expect(admit(field.integer({ validate: schema }), 1)).toEqual({ value: 1 })
    expect(refusals(field.integer({ validate: schema }), 2)).toEqual(['it VALIDATION_FAILED'])
  })

  it('may be a value object of the domain', () => {
    const domain = new Domain('fields')
    class Money extends domain.valueObject('Money', { amount: field.float({ required: true, min: 0 }) }) {}
    expect(refusals(field.json({ validate: Money }), { amount: -1 })).toEqual(['it.amount VALIDATION_FAILED'])
  })

  it('is refused when it is asynchronous', () => {
    const domain = new Domain('fields')
    const schema = z.number().refine(async () => Promise.resolve(true))
    class Value extends domain.valueObject('Value', { it: field.integer({ validate: schema }) }) {}
    const asynchronous = { '~standard': { version: 1, vendor: 'test', validate: () => Promise.reject(new Error('too late')) } } as const
    class Other extends domain.valueObject('Other', { it: field.integer({ validate: asynchronous }) }) {}
    for (const make of [() => new Value({ it: 1 }), () => new Other({ it: 1 })])
      expect(make).toThrow(expect.objectContaining({ code: 'INCORRECT_USAGE' }))
  })
})

it('values inside collections are validated too', () => {
  const spec = field.list(field.dict(field.integer({ validate: EVEN })))
  expect(refusals(spec, [{ a: 2 }, { a: 3, b: 5 }])).toEqual(['it[1].a VALIDATION_FAILED', 'it[1].b VALIDATION_FAILED'])
})

it('a value object that is embedded is validated as the value that it is', () => {
  const domain = new Domain('fields')
  class Money extends domain.valueObject('Money', { amount: field.float({ required: true }) }) {}
  class Order extends domain.aggregate('Order', {
    price: field.valueObject(Money, { validate: (price) => price.amount < 100 || 'costs too much' }),
  }) {}
  expect(issuesOf(() => new Order({ price: new Money({ amount: 100 }) }))).toEqual(['price VALIDATION_FAILED'])
})
