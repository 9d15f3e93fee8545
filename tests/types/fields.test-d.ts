import type { Field, FieldPresence, JsonValue } from 'proteanjs'
import { field } from 'proteanjs'
import { describe, expectTypeOf, test } from 'vitest'
import { Money } from './shop.ts'

/** What a field holds, what it takes, and whether it must be given. */
type Of<F> = F extends Field<infer Type, infer Input, infer Presence, infer Id> ? [Type, Input, Presence, Id] : never
declare function of<F extends Field<unknown, unknown, FieldPresence, boolean>>(declared: F): Of<F>

describe('whether a field must be given', () => {
  test('follows from required, default and identifier', () => {
    expectTypeOf(of(field.string())).toEqualTypeOf<[string, string, 'optional', false]>()
    expectTypeOf(of(field.string({ maxLength: 5, unique: true }))).toEqualTypeOf<[string, string, 'optional', false]>()
    expectTypeOf(of(field.string({ required: true }))).toEqualTypeOf<[string, string, 'required', false]>()
    expectTypeOf(of(field.string({ required: false }))).toEqualTypeOf<[string, string, 'optional', false]>()
    expectTypeOf(of(field.string({ default: '' }))).toEqualTypeOf<[string, string, 'defaulted', false]>()
    expectTypeOf(of(field.string({ default: () => '' }))).toEqualTypeOf<[string, string, 'defaulted', false]>()
    expectTypeOf(of(field.string({ identifier: true }))).toEqualTypeOf<[string, string, 'required', true]>()
    expectTypeOf(of(field.identifier({ identifier: true, default: () => 'x' }))).toEqualTypeOf<[string, string, 'defaulted', true]>()
    expectTypeOf(of(field.auto())).toEqualTypeOf<[string, string, 'defaulted', false]>()
    expectTypeOf(of(field.auto({ identifier: true }))).toEqualTypeOf<[string, string, 'defaulted', true]>()
  })

  test('follows from options that are only known as boolean, carefully', () => {
    const unsure: { required: boolean } = { required: false }
    expectTypeOf(of(field.string(unsure))[2]).toEqualTypeOf<'required'>()
  })
})

describe('what simple fields hold and take', () => {
  test('numbers, truth values and text', () => {
    expectTypeOf(of(field.text({ required: true }))).toEqualTypeOf<[string, string, 'required', false]>()
    expectTypeOf(of(field.integer({ default: 0, min: 0 }))).toEqualTypeOf<[number, number, 'defaulted', false]>()
    expectTypeOf(of(field.float({ required: true }))).toEqualTypeOf<[number, number, 'required', false]>()
    expectTypeOf(of(field.boolean({ default: false }))).toEqualTypeOf<[boolean, boolean, 'defaulted', false]>()
  })

  test('decimals take numbers, and days and instants take their other forms', () => {
    expectTypeOf(of(field.decimal({ scale: 2 }))).toEqualTypeOf<[string, string | number | bigint, 'optional', false]>()
    expectTypeOf(of(field.date())).toEqualTypeOf<[string, string | Date, 'optional', false]>()
    expectTypeOf(of(field.dateTime({ required: true }))).toEqualTypeOf<[Date, Date | string | number, 'required', false]>()
  })

  test('a number that the database gives is there only once it is stored', () => {
    const numbered = of(field.auto({ increment: true }))
    expectTypeOf(numbered[0]).toEqualTypeOf<number | undefined>()
    // @ts-expect-error an identity exists before anything is stored
    field.auto({ increment: true, identifier: true })
  })

  test('options of another kind of field are errors', () => {
    // @ts-expect-error a number has no length
    field.integer({ maxLength: 3 })
    // @ts-expect-error a text has no minimum
    field.string({ min: 3 })
    // @ts-expect-error a default is of the field's type
    field.integer({ default: '1' })
    // @ts-expect-error a pattern is a regular expression
    field.string({ pattern: '^a' })
    // @ts-expect-error no such option
    field.string({ requred: true })
  })

  test('a validator gets the value', () => {
    field.integer({ validate: (value) => value > 0 })
    field.string({ validate: (value) => (value.startsWith('a') ? true : 'must begin with a') })
    // @ts-expect-error the value is a number
    field.integer({ validate: (value: string) => value === '' })
  })
})

describe('choices and states', () => {
  test('become the union, from a list or an object', () => {
    expectTypeOf(of(field.string({ choices: ['a', 'b'] }))[0]).toEqualTypeOf<'a' | 'b'>()
    expectTypeOf(of(field.string({ choices: ['a', 'b'] as const, default: 'a' }))).toEqualTypeOf<
      ['a' | 'b', 'a' | 'b', 'defaulted', false]
    >()
    const Colour = { RED: 'red', BLUE: 'blue' } as const
    expectTypeOf(of(field.string({ choices: Colour, required: true }))).toEqualTypeOf<['red' | 'blue', 'red' | 'blue', 'required', false]>()
    expectTypeOf(of(field.status(Colour, { default: 'red' }))[0]).toEqualTypeOf<'red' | 'blue'>()
    expectTypeOf(of(field.status(Colour, { default: Colour.BLUE }))[0]).toEqualTypeOf<'red' | 'blue'>()
    expectTypeOf(of(field.status(['on', 'off']))).toEqualTypeOf<['on' | 'off', 'on' | 'off', 'optional', false]>()
    expectTypeOf(of(field.status(['on', 'off'] as const, { required: true }))[2]).toEqualTypeOf<'required'>()
  })

  test('a default and transitions are of the union', () => {
    field.status(['on', 'off', 'broken'], { default: 'on', transitions: { on: ['off', 'broken'], off: ['on'], broken: [] } })
    // @ts-expect-error not a choice
    field.string({ choices: ['a', 'b'], default: 'c' })
    // @ts-expect-error not a state
    field.status(['on', 'off'], { default: 'of' })
    // @ts-expect-error not a state to come from
    field.status(['on', 'off'], { transitions: { of: ['on'] } })
    // @ts-expect-error not a state to go to
    field.status(['on', 'off'], { transitions: { on: ['of'] } })
  })

  test('numbers may have choices and stay numbers', () => {
    expectTypeOf(of(field.integer({ choices: [1, 2] }))[0]).toEqualTypeOf<number>()
  })
})

describe('lists, maps and JSON', () => {
  test('a list holds what its item field holds, read-only', () => {
    expectTypeOf(of(field.list(field.integer()))).toEqualTypeOf<[readonly number[], readonly number[], 'defaulted', false]>()
    expectTypeOf(of(field.list(field.decimal(), { required: true }))).toEqualTypeOf<
      [readonly string[], readonly (string | number | bigint)[], 'required', false]
    >()
    expectTypeOf(of(field.list(field.status(['a', 'b'])))[0]).toEqualTypeOf<readonly ('a' | 'b')[]>()
    expectTypeOf(of(field.list(field.valueObject(Money)))[0]).toEqualTypeOf<readonly Money[]>()
    expectTypeOf(of(field.list(field.string(), { default: () => ['a'] }))[2]).toEqualTypeOf<'defaulted'>()
    // @ts-expect-error a default is a list of texts
    field.list(field.string(), { default: () => [1] })
    // @ts-expect-error the item is a field
    field.list('string')
  })

  test('a map is typed by its argument or by the field of its values', () => {
    expectTypeOf(of(field.dict())).toEqualTypeOf<[Record<string, unknown>, Record<string, unknown>, 'defaulted', false]>()
    expectTypeOf(of(field.dict<{ bookId: string; quantity: number }>())[0]).toEqualTypeOf<{ bookId: string; quantity: number }>()
    expectTypeOf(of(field.dict<{ a: string }>({ required: true }))[2]).toEqualTypeOf<'required'>()
    expectTypeOf(of(field.dict(field.integer()))[0]).toEqualTypeOf<Readonly<Record<string, number>>>()
    expectTypeOf(of(field.dict(field.decimal()))[1]).toEqualTypeOf<Readonly<Record<string, string | number | bigint>>>()
  })

  test('JSON is any JSON, or what its argument says', () => {
    expectTypeOf(of(field.json())).toEqualTypeOf<[JsonValue, JsonValue, 'optional', false]>()
    expectTypeOf(of(field.json<{ a: number }>({ required: true }))).toEqualTypeOf<[{ a: number }, { a: number }, 'required', false]>()
  })
})
