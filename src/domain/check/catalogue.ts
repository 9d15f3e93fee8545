/** How much a finding matters: `warn` is likely a mistake, `info` a matter of taste or a hint. */
export type FindingLevel = 'warn' | 'info'

export type FindingCategory =
  | 'aggregate_design'
  | 'bounded_context'
  | 'handler_completeness'
  | 'naming_conventions'
  | 'persistence'
  | 'deprecation'

interface CatalogueEntry {
  readonly category: FindingCategory
  readonly level: FindingLevel
  /** Why it matters. */
  readonly rationale: string
}

/** Everything that `domain.check()` can find in a domain that works. Codes are stable: renaming one is a breaking change. */
export const CATALOGUE = {
  AGGREGATE_TOO_LARGE: {
    category: 'aggregate_design',
    level: 'info',
    rationale: 'An aggregate is loaded and saved as a whole, and only one change to it can win at a time.',
  },
  HANDLER_TOO_BROAD: {
    category: 'aggregate_design',
    level: 'info',
    rationale: 'A handler of many messages is hard to understand, and has one subscription for all of them.',
  },
  EVENT_WITHOUT_DATA: {
    category: 'aggregate_design',
    level: 'info',
    rationale: 'Who handles an event without data has to load the aggregate, which may have changed since.',
  },
  AGGREGATE_NO_INVARIANTS: {
    category: 'aggregate_design',
    level: 'info',
    rationale: 'An aggregate exists to keep rules across its fields; without any it may be plain data.',
  },
  CROSS_AGGREGATE_REFERENCE: {
    category: 'bounded_context',
    level: 'warn',
    rationale: 'Aggregates change in transactions of their own: what a reference leads to may be gone, and the two are coupled.',
  },
  CIRCULAR_CLUSTER_DEPENDENCY: {
    category: 'bounded_context',
    level: 'warn',
    rationale: 'Aggregates that refer to each other cannot be understood, tested or moved apart.',
  },
  INFRA_IMPORT_IN_DOMAIN: {
    category: 'bounded_context',
    level: 'warn',
    rationale: 'A model that imports a driver or a client runs on that one only, and not in memory.',
  },
  ADAPTER_CALL_IN_DOMAIN: {
    category: 'bounded_context',
    level: 'warn',
    rationale: 'Behaviour that reads or writes elsewhere is not undone with the change that it is part of.',
  },
  UNHANDLED_EVENT: {
    category: 'handler_completeness',
    level: 'warn',
    rationale: 'Nothing happens because of the event: a handler is missing, or the event is not needed.',
  },
  UNRAISED_EVENT: {
    category: 'handler_completeness',
    level: 'info',
    rationale: 'What nothing raises never happens: a behaviour is missing, or the event is not needed.',
  },
  PUBLISHED_NO_EXTERNAL_BROKER: {
    category: 'handler_completeness',
    level: 'warn',
    rationale: 'A published event goes to the external brokers, and there are none.',
  },
  AGGREGATE_WITHOUT_COMMAND_HANDLER: {
    category: 'handler_completeness',
    level: 'warn',
    rationale: 'Nothing in the domain creates or changes the aggregate.',
  },
  PROJECTION_WITHOUT_PROJECTOR: {
    category: 'handler_completeness',
    level: 'warn',
    rationale: 'Nothing keeps the projection up to date, so it stays empty.',
  },
  QUERY_HANDLER_WITHOUT_QUERY: {
    category: 'handler_completeness',
    level: 'warn',
    rationale: 'The handler is never asked.',
  },
  EVENT_NOT_PAST_TENSE: {
    category: 'naming_conventions',
    level: 'info',
    rationale: 'An event is a fact: something that has happened.',
  },
  COMMAND_NOT_IMPERATIVE: {
    category: 'naming_conventions',
    level: 'info',
    rationale: 'A command is a request: do this.',
  },
  AGGREGATE_NOT_NOUN: {
    category: 'naming_conventions',
    level: 'info',
    rationale: 'An aggregate is a thing that the business talks about.',
  },
  UNBOUNDED_INDEXED_STRING: {
    category: 'persistence',
    level: 'warn',
    rationale: 'Databases limit the size of what they index: a long text fails when it is stored.',
  },
  UNINDEXED_FILTER_PATH: {
    category: 'persistence',
    level: 'warn',
    rationale: 'A query that filters by a field without an index reads the whole table.',
  },
  HANDLER_PERSISTS_AND_CALLS_OUT: {
    category: 'persistence',
    level: 'info',
    rationale: 'A call cannot be taken back when the transaction fails after it, and is made again when the handler is retried.',
  },
  LOW_POOL_SIZE: {
    category: 'persistence',
    level: 'warn',
    rationale: 'With few connections units of work wait for each other as soon as there is some load.',
  },
  DEPRECATED_ELEMENT: {
    category: 'deprecation',
    level: 'info',
    rationale: 'What is deprecated will be removed.',
  },
  DEPRECATED_FIELD: {
    category: 'deprecation',
    level: 'info',
    rationale: 'What is deprecated will be removed.',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>

export type FindingCode = keyof typeof CATALOGUE
