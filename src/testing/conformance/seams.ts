import assert from 'node:assert/strict'
import type { Clock } from '../../util/runtime/clock.ts'
import type { Ids } from '../../util/runtime/ids.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import { times } from './assertions.ts'
import type { ConformanceRunner, PassingTime, Suite } from './runner.ts'
import { suiteFor } from './runner.ts'

export interface ClockConformanceOptions extends ConformanceRunner {
  create(): { readonly clock: Clock }
}

export interface IdsConformanceOptions extends ConformanceRunner {
  create(): { readonly ids: Ids }
}

export interface TimersConformanceOptions extends ConformanceRunner {
  create(): PassingTime & { readonly timers: Timers }
}

/** These seams hold nothing that would have to be disposed of. */
function seamSuite<Subject>(runner: ConformanceRunner, create: () => Subject): Suite<Subject> {
  return suiteFor(
    runner,
    () => ({ subject: create(), dispose: () => undefined }),
    ({ subject }) => subject,
  )
}

/** Registers the tests that every clock passes. */
export function clockConformance(options: ClockConformanceOptions): void {
  const { describe, test } = seamSuite(options, () => options.create().clock)
  describe('a clock tells the time', () => {
    test('as an instant in whole milliseconds', async (clock) => {
      const now = clock.now()
      assert.ok(now instanceof Date)
      assert.ok(Number.isSafeInteger(now.getTime()))
    })

    test('as a value of its own each time, so that changing one sets nothing', async (clock) => {
      const before = clock.now().getTime()
      clock.now().setTime(0)
      assert.ok(clock.now().getTime() >= before)
      assert.notEqual(clock.now(), clock.now())
    })
  })
}

/** Registers the tests that every source of ids passes. */
export function idsConformance(options: IdsConformanceOptions): void {
  const { describe, test } = seamSuite(options, () => options.create().ids)
  describe('ids are never repeated', () => {
    test('however many are made', async (ids) => {
      const made = times(20_000, () => ids.next())
      assert.equal(new Set(made).size, made.length)
    })

    test('and are text that is not blank', async (ids) => {
      for (const id of times(100, () => ids.next())) assert.match(id, /^\S(.*\S)?$/)
    })
  })
}

/** Registers the tests that all timers pass. */
export function timersConformance(options: TimersConformanceOptions): void {
  const { describe, test } = seamSuite(options, () => options.create())
  describe('a sleep ends when its time is up', () => {
    test('and not before', async ({ timers, advance }) => {
      let awake = false
      const sleep = timers.sleep(300).then(() => {
        awake = true
      })
      await timers.sleep(0)
      assert.equal(awake, false)
      await advance(400)
      await sleep
      assert.equal(awake, true)
    })

    test('at once for no time at all', async ({ timers }) => {
      await timers.sleep(0)
      await timers.sleep(-5)
    })

    test('the shorter before the longer', async ({ timers, advance }) => {
      const order: number[] = []
      const sleeps = [60, 20, 40].map((ms) => timers.sleep(ms).then(() => order.push(ms)))
      await advance(20)
      await advance(20)
      await advance(40)
      await Promise.all(sleeps)
      assert.deepEqual(order, [20, 40, 60])
    })
  })

  describe('a sleep ends early when it is aborted', () => {
    test('without error', async ({ timers }) => {
      const controller = new AbortController()
      const sleep = timers.sleep(600_000, controller.signal)
      controller.abort()
      await sleep
    })

    test('at once when it was aborted before', async ({ timers }) => {
      await timers.sleep(600_000, AbortSignal.abort())
    })

    test('and only that one', async ({ timers, advance }) => {
      const [first, second] = [new AbortController(), new AbortController()]
      let awake = false
      const aborted = timers.sleep(300, first.signal)
      const other = timers.sleep(300, second.signal).then(() => {
        awake = true
      })
      first.abort()
      await aborted
      assert.equal(awake, false)
      await advance(400)
      await other
    })
  })
}
