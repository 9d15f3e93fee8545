import { aggregatesWithoutRules, broadHandlers, emptyEvents, largeAggregates } from './aggregate-design.ts'
import { adapterCalls, circularClusters, importedInfrastructure, referencesAcrossAggregates } from './bounded-context.ts'
import type { FindingCode } from './catalogue.ts'
import { deprecatedElements, deprecatedFields } from './deprecation.ts'
import type { Rule } from './finding.ts'
import {
  idleQueryHandlers,
  publishedNowhere,
  unfilledProjections,
  unhandledEvents,
  unraisedEvents,
  unreachableAggregates,
} from './handler-completeness.ts'
import { aggregateNames, commandNames, eventNames } from './naming-conventions.ts'
import { callsAfterPersisting, unboundedIndexes, unindexedFilters } from './persistence.ts'
import { smallPools } from './pool-size.ts'

/** The rule of each code. */
export const RULES: Readonly<Record<FindingCode, Rule>> = {
  AGGREGATE_TOO_LARGE: largeAggregates,
  HANDLER_TOO_BROAD: broadHandlers,
  EVENT_WITHOUT_DATA: emptyEvents,
  AGGREGATE_NO_INVARIANTS: aggregatesWithoutRules,
  CROSS_AGGREGATE_REFERENCE: referencesAcrossAggregates,
  CIRCULAR_CLUSTER_DEPENDENCY: circularClusters,
  INFRA_IMPORT_IN_DOMAIN: importedInfrastructure,
  ADAPTER_CALL_IN_DOMAIN: adapterCalls,
  UNHANDLED_EVENT: unhandledEvents,
  UNRAISED_EVENT: unraisedEvents,
  PUBLISHED_NO_EXTERNAL_BROKER: publishedNowhere,
  AGGREGATE_WITHOUT_COMMAND_HANDLER: unreachableAggregates,
  PROJECTION_WITHOUT_PROJECTOR: unfilledProjections,
  QUERY_HANDLER_WITHOUT_QUERY: idleQueryHandlers,
  EVENT_NOT_PAST_TENSE: eventNames,
  COMMAND_NOT_IMPERATIVE: commandNames,
  AGGREGATE_NOT_NOUN: aggregateNames,
  UNBOUNDED_INDEXED_STRING: unboundedIndexes,
  UNINDEXED_FILTER_PATH: unindexedFilters,
  HANDLER_PERSISTS_AND_CALLS_OUT: callsAfterPersisting,
  LOW_POOL_SIZE: smallPools,
  DEPRECATED_ELEMENT: deprecatedElements,
  DEPRECATED_FIELD: deprecatedFields,
}
