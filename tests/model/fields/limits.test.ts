import { field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { admit, admitted, refusals } from './admission.ts'

const FLAG = '🏳️‍🌈'
const accepted = (value: unknown) => ({ value })

describe('the length of a text', () => {
  it('is 255 characters at most, unless maxLength says otherwise', () => {
    expect(refusals(field.string(), 'x'.repeat(256))).toEqual(['it TOO_LONG'])
    expect(refusals(field.identifier(), 'x'.repeat(256))).toEqual(['it TOO_LONG'])
    expect(refusals(field.reference('Thing'), 'x'.repeat(256))).toEqual(['it TOO_LONG'])
    expect(admitted(field.string({ maxLength: 256 }), 'x'.repeat(256))).toHaveLength(256)
    expect(admitted(field.text(), 'x'.repeat(100_000))).toHaveLength(100_000)
    expect(refusals(field.text({ maxLength: 3 }), 'xxxx')).toEqual(['it TOO_LONG'])
  })

  it('counts characters, not the two units that some of them take', () => {
    const spec = field.string({ minLength: 2, maxLength: 3 })
    expect(refusals(spec, '🙂')).toEqual(['it TOO_SHORT'])
    expect(admit(spec, '🙂🙂')).toEqual(accepted('🙂🙂'))
    expect(admit(spec, '🙂🙂🙂')).toEqual(accepted('🙂🙂🙂'))
    expect(refusals(spec, '🙂🙂🙂🙂')).toEqual(['it TOO_LONG'])
  })

  it('counts each code point of a character that is made of several', () => {
    expect(refusals(field.string({ maxLength: 3 }), FLAG)).toEqual(['it TOO_LONG'])
    expect(admit(field.string({ maxLength: 4 }), FLAG)).toEqual(accepted(FLAG))
  })

  it('may have a lower bound, which the empty text breaks as any other does', () => {
    expect(refusals(field.string({ minLength: 1 }), '')).toEqual(['it TOO_SHORT'])
    expect(refusals(field.string({ minLength: 3 }), 'ab')).toEqual(['it TOO_SHORT'])
    expect(admit(field.string({ minLength: 3 }), 'abc')).toEqual(accepted('abc'))
  })
})

describe('a pattern', () => {
  it('is searched for, so that anchors say whether it must match as a whole', () => {
    expect(admit(field.string({ pattern: /\d/ }), 'a1b')).toEqual(accepted('a1b'))
    expect(refusals(field.string({ pattern: /^\d+$/ }), 'a1b')).toEqual(['it PATTERN'])
  })

  it('gives the same answer each time, also with the flags g and y', () => {
    const spec = field.string({ pattern: /a/gy })
    for (let time = 0; time < 3; time += 1) expect(admit(spec, 'ba')).toEqual(accepted('ba'))
  })
})

describe('choices', () => {
  it('are the only values allowed', () => {
    const spec = field.string({ choices: ['red', 'green'] })
    expect(admit(spec, 'red')).toEqual(accepted('red'))
    expect(refusals(spec, 'blue')).toEqual(['it CHOICE'])
    expect(refusals(spec, 1)).toEqual(['it TYPE'])
  })

  it('may be the values of an object', () => {
    const Color = { Red: 'red', Green: 'green' } as const
    expect(admit(field.string({ choices: Color }), Color.Green)).toEqual(accepted('green'))
    expect(refusals(field.string({ choices: Color }), 'Green')).toEqual(['it CHOICE'])
  })

  it('of numbers are compared with the number, however it was written', () => {
    const spec = field.integer({ choices: [1, 2, 4] })
    expect(admit(spec, '4')).toEqual(accepted(4))
    expect(refusals(spec, 3)).toEqual(['it CHOICE'])
    expect(refusals(field.float({ choices: [0.5] }), 0.25)).toEqual(['it CHOICE'])
  })
})

describe('a status', () => {
  it('is one of its states', () => {
    const spec = field.status(['draft', 'placed'])
    expect(admit(spec, 'placed')).toEqual(accepted('placed'))
    expect(refusals(spec, 'lost')).toEqual(['it CHOICE'])
    expect(refusals(spec, 1)).toEqual(['it TYPE'])
    expect(refusals(spec, '')).toEqual(['it CHOICE'])
  })

  it('may have its states in an object', () => {
    const State = { Draft: 'draft', Placed: 'placed' } as const
    expect(admit(field.status(State), State.Placed)).toEqual(accepted('placed'))
    expect(refusals(field.status(State), 'Placed')).toEqual(['it CHOICE'])
  })
})

describe('the range of a number', () => {
  it('includes its bounds', () => {
    for (const spec of [field.integer({ min: 1, max: 5 }), field.float({ min: 1, max: 5 })]) {
      expect(admit(spec, 1)).toEqual(accepted(1))
      expect(admit(spec, 5)).toEqual(accepted(5))
      expect(refusals(spec, 0)).toEqual(['it TOO_SMALL'])
      expect(refusals(spec, '6')).toEqual(['it TOO_LARGE'])
    }
    expect(refusals(field.float({ min: 0.1 }), 0.09)).toEqual(['it TOO_SMALL'])
    expect(refusals(field.integer({ max: -1 }), 0)).toEqual(['it TOO_LARGE'])
  })

  it('of a decimal is compared exactly', () => {
    const spec = field.decimal({ min: '-0.1', max: '9007199254740993' })
    expect(admit(spec, '-0.10')).toEqual(accepted('-0.1'))
    expect(refusals(spec, '-0.10000000000000000000001')).toEqual(['it TOO_SMALL'])
    expect(admit(spec, '9007199254740993')).toEqual(accepted('9007199254740993'))
    expect(refusals(spec, '9007199254740993.000000001')).toEqual(['it TOO_LARGE'])
    expect(refusals(field.decimal({ max: 10 }), '9'.repeat(40))).toEqual(['it TOO_LARGE'])
  })

  it('of a decimal is limited in digits, those after the point apart', () => {
    const spec = field.decimal({ precision: 5, scale: 2 })
    expect(admit(spec, '123.45')).toEqual(accepted('123.45'))
    expect(admit(spec, '123.4500')).toEqual(accepted('123.45'))
    expect(admit(spec, '-123.45')).toEqual(accepted('-123.45'))
    expect(refusals(spec, '1.234')).toEqual(['it PRECISION'])
    expect(refusals(spec, '123456')).toEqual(['it PRECISION'])
    expect(refusals(spec, '12345.678')).toEqual(['it PRECISION', 'it PRECISION'])
    expect(admit(field.decimal({ precision: 2 }), '0.12')).toEqual(accepted('0.12'))
  })
})

describe('the range of a date', () => {
  it('includes its bounds', () => {
    const spec = field.date({ min: '2026-01-01', max: new Date('2026-12-31T00:00:00Z') })
    expect(admit(spec, '2026-01-01')).toEqual(accepted('2026-01-01'))
    expect(admit(spec, '2026-12-31')).toEqual(accepted('2026-12-31'))
    expect(refusals(spec, '2025-12-31')).toEqual(['it TOO_SMALL'])
    expect(refusals(spec, '2027-01-01')).toEqual(['it TOO_LARGE'])
  })

  it('and time is compared as instants, whatever the offset', () => {
    const spec = field.dateTime({ min: '2026-01-01T00:00:00Z', max: '2026-12-31' })
    expect(admit(spec, '2026-01-01T01:00:00+01:00')).toEqual(accepted(new Date('2026-01-01T00:00:00Z')))
    expect(refusals(spec, '2026-01-01T00:00:00+01:00')).toEqual(['it TOO_SMALL'])
    expect(refusals(spec, '2026-12-31T00:00:01Z')).toEqual(['it TOO_LARGE'])
  })
})

it('every broken limit of a value is told', () => {
  expect(refusals(field.string({ maxLength: 2, pattern: /^\d+$/, choices: ['1', '2'] }), 'abc')).toEqual([
    'it TOO_LONG',
    'it PATTERN',
    'it CHOICE',
  ])
})
