import type { ReactionFailure } from '../errors.ts'
import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import type { Cache } from '../ports/cache.ts'
import type { Database } from '../ports/database.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { EventForwarder } from './event-forwarder.ts'
import type { Histories } from './history/histories.ts'
import type { StandIn, TableMapping } from './table-mapping.ts'

/** An event of a committed unit of work, as its handlers get it. */
export interface CommittedEvent {
  readonly event: object
  readonly message: Message
}

/** The narrow view that units of work and repositories have of the domain. */
export interface Runtime {
  /** The domain itself, for `currentDomain()`. */
  readonly domain: object
  readonly clock: Clock
  databaseFor(definition: ElementDefinition): Database
  /** For projections that live in a cache. */
  cacheFor(definition: ElementDefinition): Cache
  mappingOf(definition: ElementDefinition): TableMapping
  /** Runs `body` with another table in the place of a projection's own. */
  withStandIn<Result>(standIn: StandIn, body: () => Promise<Result>): Promise<Result>
  /** Refuses, where a table stands in for another, all writes but to that one: to this element, or to no element at all. */
  refuseOtherWrites(definition?: ElementDefinition): void
  /** Brings messages to the event store, when that is not the database's own; undefined when messages commit with the rows. */
  forwarder(): EventForwarder | undefined
  /** The event store that is not the databases' own, where there is one; else that of the default database. */
  eventStore(): EventStore
  /** Where event-sourced aggregates come from. */
  readonly histories: Histories
  /** Run on an aggregate just before it is saved. */
  readonly aggregateEnrichers: readonly ((aggregate: never) => void)[]
  /** The message of a raised event, ready to be stored. */
  messageOf(event: object): Message
  /** Lets committed events reach the handlers that run in this process and at once; gives the failures of those. */
  committed(events: readonly CommittedEvent[]): Promise<readonly ReactionFailure[]>
}
