import { InlineBroker } from '../../../src/adapters/memory/broker.ts'
import { MemoryCache } from '../../../src/adapters/memory/cache.ts'
import { MemoryDatabase } from '../../../src/adapters/memory/database.ts'
import { MemoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import type { BrokerHarness, CacheHarness, DatabaseHarness, EventStoreHarness } from '../../../src/testing/conformance/index.ts'
import { ManualTime } from './manual-time.ts'

export function memoryDatabase(): DatabaseHarness & { readonly database: MemoryDatabase } {
  const database = new MemoryDatabase({ name: 'test' })
  return { database, dispose: () => database.close() }
}

export function memoryEventStore(): EventStoreHarness {
  const events = new MemoryEventStore({ name: 'test' })
  return { events, dispose: () => events.close() }
}

export function inlineBroker(): BrokerHarness {
  const time = new ManualTime()
  const broker = new InlineBroker({ name: 'test', clock: time, timers: time })
  return { broker, advance: (ms) => time.advance(ms), dispose: () => broker.close() }
}

export function memoryCache(): CacheHarness {
  const time = new ManualTime()
  const cache = new MemoryCache({ name: 'test', clock: time })
  return { cache, advance: (ms) => time.advance(ms), dispose: () => cache.close() }
}
