import { InlineBroker } from '../../../src/adapters/memory/broker.ts'
import { MemoryCache } from '../../../src/adapters/memory/cache.ts'
import { MemoryDatabase } from '../../../src/adapters/memory/database.ts'
import { MemoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import type { BrokerHarness, CacheHarness, DatabaseHarness, EventStoreHarness } from '../../../src/testing/conformance/index.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { ManualTimers } from '../../../src/testing/manual-timers.ts'

export function memoryDatabase(): DatabaseHarness & { readonly database: MemoryDatabase } {
  const database = new MemoryDatabase({ name: 'test' })
  return { database, dispose: () => database.close() }
}

export function memoryEventStore(): EventStoreHarness {
  const events = new MemoryEventStore({ name: 'test' })
  return { events, dispose: () => events.close() }
}

export function inlineBroker(): BrokerHarness {
  const timers = new ManualTimers()
  const broker = new InlineBroker({ name: 'test', clock: timers.clock, timers })
  return { broker, advance: (ms) => timers.advance(ms), dispose: () => broker.close() }
}

export function memoryCache(): CacheHarness {
  const clock = new ManualClock()
  const cache = new MemoryCache({ name: 'test', clock })
  return { cache, advance: async (ms) => clock.advance(ms), dispose: () => cache.close() }
}
