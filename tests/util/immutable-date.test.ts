import { describe, expect, it } from 'vitest'
import { ImmutableDate } from '../../src/util/immutable-date.ts'

describe('ImmutableDate', () => {
  it('refuses every setter that dates have', () => {
    const date = new ImmutableDate(0)
    const setters = Object.getOwnPropertyNames(Date.prototype).filter((name) => name.startsWith('set'))
    expect(setters.length).toBeGreaterThan(10)
    for (const setter of setters) {
      expect(() => (date[setter as 'setTime'] as (value: number) => void)(1)).toThrow(expect.objectContaining({ code: 'INCORRECT_USAGE' }))
    }
    expect(date.getTime()).toBe(0)
  })

  it('is a date in every other respect', () => {
    const date = new ImmutableDate('2026-01-31T12:00:00Z')
    expect(date).toBeInstanceOf(Date)
    expect(date).toEqual(new Date('2026-01-31T12:00:00Z'))
    expect(JSON.stringify({ date })).toBe('{"date":"2026-01-31T12:00:00.000Z"}')
    expect(structuredClone(date).getTime()).toBe(date.getTime())
  })

  it('is not copied when it is one already', () => {
    const date = new ImmutableDate(0)
    expect(ImmutableDate.of(date)).toBe(date)
    expect(ImmutableDate.of(new Date(5)).getTime()).toBe(5)
  })
})
