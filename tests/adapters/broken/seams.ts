import type { PassingTime } from '../../../src/testing/conformance/index.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { ManualTimers } from '../../../src/testing/manual-timers.ts'
import type { Clock } from '../../../src/util/runtime/clock.ts'
import type { Ids } from '../../../src/util/runtime/ids.ts'
import type { Timers } from '../../../src/util/runtime/timers.ts'
import type { Defect } from './defect.ts'

type TimersHarness = PassingTime & { readonly timers: Timers }

const tells = 'a clock tells the time'
const repeated = 'ids are never repeated'
const ends = 'a sleep ends when its time is up'
const aborted = 'a sleep ends early when it is aborted'

export function manualTimers(): TimersHarness {
  const timers = new ManualTimers()
  return { timers, advance: (ms) => timers.advance(ms) }
}

/** Ids that count. */
export function countingIds(): { readonly ids: Ids } {
  let last = 0
  return {
    ids: {
      next: () => {
        last += 1
        return String(last)
      },
    },
  }
}

function sleeping(
  defect: string,
  breaks: string,
  sleep: (inner: Timers, ms: number, signal?: AbortSignal) => Promise<void>,
): Defect<TimersHarness> {
  return {
    defect,
    breaks,
    create: () => {
      const { timers: inner, advance } = manualTimers()
      return { timers: { sleep: (ms, signal) => sleep(inner, ms, signal) }, advance }
    },
  }
}

export const clockDefects: readonly Defect<{ readonly clock: Clock }>[] = [
  {
    defect: 'it always gives the same object',
    breaks: tells,
    create: () => {
      const now = new ManualClock().now()
      return { clock: { now: () => now } }
    },
  },
  { defect: 'it has stopped working', breaks: tells, create: () => ({ clock: { now: () => new Date(Number.NaN) } }) },
]

export const idsDefects: readonly Defect<{ readonly ids: Ids }>[] = [
  {
    defect: 'it begins again after ten thousand',
    breaks: repeated,
    create: () => {
      const { ids } = countingIds()
      return { ids: { next: () => String(Number(ids.next()) % 10_000) } }
    },
  },
  { defect: 'they are blank', breaks: repeated, create: () => ({ ids: { next: () => ' ' } }) },
]

export const timersDefects: readonly Defect<TimersHarness>[] = [
  sleeping('it does not sleep', ends, async () => undefined),
  sleeping('it sleeps a moment even for no time', ends, (inner, ms, signal) => inner.sleep(Math.max(ms, 1), signal)),
  sleeping('all sleep alike', ends, (inner, ms, signal) => inner.sleep(ms > 0 ? 350 : ms, signal)),
  sleeping('it sleeps on when it is aborted', aborted, (inner, ms) => inner.sleep(ms)),
  sleeping('it fails when it is aborted', aborted, async (inner, ms, signal) => {
    await inner.sleep(ms, signal)
    signal?.throwIfAborted()
  }),
  sleeping('it does not see that it was aborted before', aborted, (inner, ms, signal) =>
    inner.sleep(ms, signal?.aborted === true ? undefined : signal),
  ),
]
