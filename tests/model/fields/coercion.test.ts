import { field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { admitted, refusals } from './admission.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const NOON = new Date('2026-01-31T12:00:00Z')
const REFUSED = Symbol('refused')

/** Kind of field, input, and the value it becomes. */
type Row = readonly [input: unknown, value: unknown]

function table(name: string, spec: Parameters<typeof admitted>[0], rows: readonly Row[]): void {
  describe(name, () => {
    it.each(rows.filter(([, value]) => value !== REFUSED))('takes %o as %o', (input, value) => {
      expect(admitted(spec, input)).toEqual(value)
    })

    it.each(rows.filter(([, value]) => value === REFUSED))('refuses %o', (input) => {
      expect(refusals(spec, input)).toEqual(['it TYPE'])
    })
  })
}

table('a string', field.string(), [
  ['abc', 'abc'],
  ['', ''],
  ['  kept as it is ', '  kept as it is '],
  ['a & b <i>', 'a & b <i>'],
  ['🙂', '🙂'],
  [1, REFUSED],
  [true, REFUSED],
  [[], REFUSED],
  [{}, REFUSED],
  [new String('boxed'), REFUSED],
])

table('a text', field.text(), [
  ['x'.repeat(100_000), 'x'.repeat(100_000)],
  ['', ''],
  [12, REFUSED],
])

table('an identifier', field.identifier(), [
  ['abc', 'abc'],
  [12, '12'],
  [0, '0'],
  [-0, '0'],
  [12n, '12'],
  [2n ** 80n, '1208925819614629174706176'],
  [2 ** 53, REFUSED],
  [1.5, REFUSED],
  [Number.NaN, REFUSED],
  [Number.POSITIVE_INFINITY, REFUSED],
  [true, REFUSED],
  [{}, REFUSED],
])

table('an integer', field.integer(), [
  [3, 3],
  ['3', 3],
  [' -12 ', -12],
  ['3.0', 3],
  ['1e3', 1000],
  [3.0, 3],
  [true, 1],
  [false, 0],
  [-0, 0],
  ['-0', 0],
  [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  [3.5, REFUSED],
  ['3.5', REFUSED],
  ['abc', REFUSED],
  ['', REFUSED],
  ['0x10', REFUSED],
  ['1_000', REFUSED],
  [2 ** 53, REFUSED],
  [Number.NaN, REFUSED],
  [Number.POSITIVE_INFINITY, REFUSED],
  [null, undefined],
  [[], REFUSED],
])

table('a float', field.float(), [
  [1.5, 1.5],
  ['1.5', 1.5],
  ['.5', 0.5],
  ['5.', 5],
  ['1e-3', 0.001],
  [true, 1],
  [-0, 0],
  ['-0.0', 0],
  [Number.NaN, REFUSED],
  [Number.NEGATIVE_INFINITY, REFUSED],
  ['1e999', REFUSED],
  ['NaN', REFUSED],
  ['1,5', REFUSED],
  [{}, REFUSED],
])

table('a decimal', field.decimal(), [
  ['19.99', '19.99'],
  ['19.990', '19.99'],
  ['+007.10', '7.1'],
  ['-0.00', '0'],
  ['.5', '0.5'],
  ['5.', '5'],
  [' 5 ', '5'],
  ['1e3', '1000'],
  ['1.25e-3', '0.00125'],
  [1.1, '1.1'],
  [1e21, '1000000000000000000000'],
  [1e-7, '0.0000001'],
  [10n ** 30n, '1000000000000000000000000000000'],
  ['123456789012345678901234567890.123456789', '123456789012345678901234567890.123456789'],
  ['abc', REFUSED],
  ['', REFUSED],
  ['.', REFUSED],
  ['1.2.3', REFUSED],
  [Number.NaN, REFUSED],
  [Number.POSITIVE_INFINITY, REFUSED],
  [true, REFUSED],
])

table('a boolean', field.boolean(), [
  ...[true, 'true', 'TRUE', ' yes ', 'y', 'on', 't', '1', 1].map((input): Row => [input, true]),
  ...[false, 'false', 'No', 'n', 'off', 'f', '0', 0].map((input): Row => [input, false]),
  [null, undefined],
  ['maybe', REFUSED],
  [2, REFUSED],
  [{}, REFUSED],
])

table('a date', field.date(), [
  ['2026-01-31', '2026-01-31'],
  ['2024-02-29', '2024-02-29'],
  [NOON, '2026-01-31'],
  ['2026-01-31T23:30:00-02:00', '2026-02-01'],
  ['0001-01-01', '0001-01-01'],
  ['9999-12-31', '9999-12-31'],
  ['2026-02-29', REFUSED],
  ['2026-13-01', REFUSED],
  ['2026-1-5', REFUSED],
  ['0000-01-01', REFUSED],
  ['31.01.2026', REFUSED],
  [new Date(Number.NaN), REFUSED],
  [new Date(8.64e15), REFUSED],
  [0, REFUSED],
])

table('a date and time', field.dateTime(), [
  ['2026-01-31T12:00:00Z', NOON],
  ['2026-01-31t12:00:00z', NOON],
  ['2026-01-31T14:00:00+02:00', NOON],
  ['2026-01-31T12:00:00', NOON],
  ['2026-01-31 12:00', NOON],
  ['2026-01-31T12:00:00.000999Z', NOON],
  ['2026-01-31', new Date(NOON.getTime() - DAY_MS / 2)],
  [NOON.getTime(), NOON],
  [NOON, NOON],
  ['2026-02-30T12:00:00Z', REFUSED],
  ['2026-01-31T25:00:00Z', REFUSED],
  ['noon', REFUSED],
  [Number.NaN, REFUSED],
  [new Date(Number.NaN), REFUSED],
  ['+010000-01-01T00:00:00Z', REFUSED],
  [253402300800000, REFUSED],
  [{}, REFUSED],
])

describe('a date and time', () => {
  it('is a date that cannot be set', () => {
    const value = admitted(field.dateTime(), NOON) as Date
    expect(value).toBeInstanceOf(Date)
    expect(() => value.setFullYear(1999)).toThrow(expect.objectContaining({ code: 'INCORRECT_USAGE' }))
    expect(value.toISOString()).toBe('2026-01-31T12:00:00.000Z')
  })

  it('does not follow the date that it was made from', () => {
    const given = new Date(NOON)
    const value = admitted(field.dateTime(), given) as Date
    given.setFullYear(1999)
    expect(value.toISOString()).toBe('2026-01-31T12:00:00.000Z')
  })
})
