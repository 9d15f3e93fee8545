import { appendConformance } from './event-store-append.ts'
import { appendConcurrencyConformance } from './event-store-concurrency.ts'
import { eventStoreLifecycleConformance } from './event-store-lifecycle.ts'
import { logConformance } from './event-store-log.ts'
import { lookupConformance } from './event-store-lookup.ts'
import { messageConformance } from './event-store-messages.ts'
import { partitionConformance } from './event-store-partitions.ts'
import { eventStoreRefusalConformance } from './event-store-refusals.ts'
import { appendSignalConformance } from './event-store-signal.ts'
import { streamConformance } from './event-store-streams.ts'
import type { EventStoreConformanceOptions } from './event-store-suite.ts'
import { eventStoreSuite } from './event-store-suite.ts'

/** Registers the tests that every event store passes, one `describe` per guarantee. */
export function eventStoreConformance(options: EventStoreConformanceOptions): void {
  const suite = eventStoreSuite(options)
  appendConformance(suite)
  streamConformance(suite)
  logConformance(suite)
  partitionConformance(suite)
  lookupConformance(suite)
  messageConformance(suite)
  eventStoreRefusalConformance(suite)
  appendConcurrencyConformance(suite)
  appendSignalConformance(suite)
  eventStoreLifecycleConformance(suite, options)
}
