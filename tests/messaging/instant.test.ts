import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatInstant, parseInstant } from '../../src/messaging/instant.ts'

describe('parseInstant', () => {
  it.each([
    ['2026-11-21T22:25:43.951Z', '2026-11-21T22:25:43.951Z'],
    ['2026-11-21T22:25:43.951989+00:00', '2026-11-21T22:25:43.951Z'],
    ['2026-11-21T22:25:43+00:00', '2026-11-21T22:25:43.000Z'],
    ['2026-11-21T22:25:43.9-05:30', '2026-11-22T03:55:43.900Z'],
    ['2024-02-29T23:30:00+23:00', '2024-02-29T00:30:00.000Z'],
    ['2026-11-21t22:25:43z', '2026-11-21T22:25:43.000Z'],
  ])('reads %s as %s', (text, expected) => {
    expect(parseInstant(text)?.toISOString()).toBe(expected)
  })

  it.each([
    '2026-11-21T22:25:43',
    '2026-11-21 22:25:43Z',
    '2026-11-21',
    '2026-11-21T22:25Z',
    '2026-02-30T00:00:00Z',
    '2026-04-31T12:00:00+14:00',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-21T25:00:00Z',
    '2026-11-21T22:60:00Z',
    '2026-11-21T22:25:43+24:00',
    '1795299943',
    'now',
    '',
  ])('does not read %j', (text) => {
    expect(parseInstant(text)).toBeUndefined()
  })

  it('reads what formatInstant writes, far years included', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (date) => {
        expect(parseInstant(formatInstant(date))).toEqual(date)
      }),
    )
  })
})

describe('formatInstant', () => {
  it('writes UTC with milliseconds', () => {
    expect(formatInstant(new Date(0))).toBe('1970-01-01T00:00:00.000Z')
  })

  it('refuses an invalid date', () => {
    expect(() => formatInstant(new Date(Number.NaN))).toThrow(expect.objectContaining({ code: 'INVALID_DATE' }))
  })
})
