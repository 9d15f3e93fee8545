import fc from 'fast-check'
import { Domain, field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { definitionOf } from '../../src/model/definition.ts'
import { arbitrarySchema } from './arbitrary-fields.ts'

describe('an element of any fields with any valid values', () => {
  it('that is a value comes back equal from its plain data, from its JSON, and from storage', () => {
    const domain = new Domain('round')
    fc.assert(
      fc.property(arbitrarySchema(domain), ({ fields, input }) => {
        class Value extends domain.valueObject('Value', fields) {}
        const value = new Value(input)
        const plain: unknown = JSON.parse(JSON.stringify(value.toObject()))
        expect(plain).toEqual(value.toObject())
        for (const again of [
          new Value(plain as never),
          definitionOf(Value)?.fromPlain(plain) as Value,
          new Value(value),
          value.replace({}),
        ]) {
          expect(again.equals(value)).toBe(true)
          expect([again.hash, again.toObject()]).toEqual([value.hash, value.toObject()])
        }
      }),
    )
  })

  it('that is an aggregate with such a child does too', () => {
    const domain = new Domain('round')
    fc.assert(
      fc.property(arbitrarySchema(domain), fc.nat(3), ({ fields, input }, children) => {
        class Child extends domain.entity('Child', fields, { partOf: 'Whole' }) {}
        class Whole extends domain.aggregate('Whole', { ...fields, first: field.hasOne(Child), children: field.hasMany(Child) }) {}
        const make = () => new Child(input as never)
        const whole = new Whole({ ...input, first: make(), children: Array.from({ length: children }, make) } as never)
        const plain: unknown = JSON.parse(JSON.stringify(whole))
        for (const again of [new Whole(plain as never), definitionOf(Whole)?.fromPlain(plain) as typeof whole]) {
          expect(again.toObject()).toEqual(whole.toObject())
          expect(again.equals(whole)).toBe(true)
        }
      }),
    )
  })

  it('takes each of its values again, and nothing has changed', () => {
    const domain = new Domain('round')
    fc.assert(
      fc.property(arbitrarySchema(domain), ({ fields, input }) => {
        class Whole extends domain.aggregate('Whole', fields) {}
        const whole = new Whole(input as never)
        const before = whole.toObject()
        Object.assign(whole, Object.fromEntries(Object.keys(input).map((name) => [name, whole[name as never]])))
        Object.assign(whole, Object.fromEntries(Object.keys(input).map((name) => [name, before[name]])))
        expect(whole.toObject()).toEqual(before)
      }),
    )
  })
})
