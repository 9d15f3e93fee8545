import { ManualClock, ManualTimers } from 'proteanjs/testing'
import { clockConformance, timersConformance } from 'proteanjs/testing/conformance'
import { describe, expect, test, vi } from 'vitest'

describe('a manual clock is a clock', () => {
  clockConformance({ describe, test, create: () => ({ clock: new ManualClock() }) })
})

describe('manual timers are timers', () => {
  timersConformance({
    describe,
    test,
    create: () => {
      const timers = new ManualTimers()
      return { timers, advance: (ms) => timers.advance(ms) }
    },
  })
})

describe('a manual clock', () => {
  test('stands where it is put, and moves when it is told', () => {
    const clock = new ManualClock('2026-03-01T12:00:00Z')
    expect(clock.now()).toEqual(new Date('2026-03-01T12:00:00Z'))
    clock.advance(90_000)
    expect(clock.now()).toEqual(new Date('2026-03-01T12:01:30Z'))
    clock.set(new Date(0))
    expect(clock.now()).toEqual(new Date(0))
  })

  test('is not set by changing a date that it gave or was given', () => {
    const start = new Date(1000)
    const clock = new ManualClock(start)
    start.setTime(5)
    clock.now().setTime(7)
    expect(clock.now().getTime()).toBe(1000)
  })

  test.each([Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY])('does not advance by %d', (ms) => {
    expect(() => new ManualClock().advance(ms)).toThrow(expect.objectContaining({ code: 'INCORRECT_USAGE' }))
  })

  test('refuses what is no instant', () => {
    expect(() => new ManualClock('yesterday')).toThrow(expect.objectContaining({ code: 'INCORRECT_USAGE' }))
  })

  test('tells who listens, until they stop', () => {
    const clock = new ManualClock()
    const heard = vi.fn()
    const stop = clock.onChange(heard)
    clock.advance(1)
    stop()
    clock.advance(1)
    expect(heard).toHaveBeenCalledTimes(1)
  })
})

describe('manual timers', () => {
  test('wake who sleeps when somebody else moves their clock', async () => {
    const clock = new ManualClock()
    const timers = new ManualTimers(clock)
    const sleep = timers.sleep(1000)
    clock.advance(999)
    expect(timers.sleeping).toBe(1)
    clock.advance(1)
    expect(timers.sleeping).toBe(0)
    await sleep
  })

  test('let somebody who sleeps again and again do so at the right instants', async () => {
    const clock = new ManualClock(new Date(0))
    const timers = new ManualTimers(clock)
    const woken: number[] = []
    const loop = async () => {
      while (woken.length < 3) {
        await timers.sleep(100)
        for (let step = 0; step < 500; step += 1) await null
        woken.push(clock.now().getTime())
      }
    }
    const done = loop()
    await timers.advance(1000)
    await done
    expect(woken).toEqual([100, 200, 300])
    expect(clock.now().getTime()).toBe(1000)
  })

  test('do not depend on timers that a test has replaced', async () => {
    vi.useFakeTimers()
    try {
      const timers = new ManualTimers()
      const sleep = timers.sleep(50)
      await timers.advance(50)
      await sleep
    } finally {
      vi.useRealTimers()
    }
  })
})
