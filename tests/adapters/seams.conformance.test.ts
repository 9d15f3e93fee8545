import { afterEach, beforeEach, describe, test, vi } from 'vitest'
import { clockConformance, idsConformance, timersConformance } from '../../src/testing/conformance/index.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { ManualTimers } from '../../src/testing/manual-timers.ts'
import { SeededIds } from '../../src/testing/seeded-ids.ts'
import { SequentialIds } from '../../src/testing/sequential-ids.ts'
import { systemClock } from '../../src/util/runtime/clock.ts'
import { uuidV7Ids } from '../../src/util/runtime/ids.ts'
import { systemTimers } from '../../src/util/runtime/timers.ts'

describe('the system clock', () => clockConformance({ describe, test, create: () => ({ clock: systemClock }) }))

describe('a manual clock', () => clockConformance({ describe, test, create: () => ({ clock: new ManualClock() }) }))

describe('UUIDs of version 7', () => idsConformance({ describe, test, create: () => ({ ids: uuidV7Ids() }) }))

describe('seeded ids', () => idsConformance({ describe, test, create: () => ({ ids: new SeededIds() }) }))

describe('sequential ids', () => idsConformance({ describe, test, create: () => ({ ids: new SequentialIds() }) }))

describe('manual timers', () => {
  timersConformance({
    describe,
    test,
    create: () => {
      const timers = new ManualTimers()
      return { timers, advance: (ms) => timers.advance(ms) }
    },
  })
})

describe('the system timers', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const advance = async (ms: number) => {
    await vi.advanceTimersByTimeAsync(ms)
  }
  timersConformance({ describe, test, create: () => ({ timers: systemTimers, advance }) })
})
