import type { EventStore } from '../../ports/event-store.ts'
import type { ConformanceRunner, Suite } from './runner.ts'
import { suiteFor } from './runner.ts'

export interface EventStoreHarness {
  /** Not necessarily open, and empty: the suite opens it and creates its artifacts. */
  readonly events: EventStore
  dispose(): Promise<void> | void
}

export interface EventStoreConformanceOptions extends ConformanceRunner {
  /** Gives an event store that shares nothing with any other, each time. */
  create(): Promise<EventStoreHarness> | EventStoreHarness
}

export type EventStoreSuite = Suite<EventStore>

/** Every test gets an open store with its artifacts. */
export function eventStoreSuite(options: EventStoreConformanceOptions): EventStoreSuite {
  return suiteFor(
    options,
    () => options.create(),
    async ({ events }) => {
      await events.open()
      await events.createArtifacts()
      return events
    },
  )
}
