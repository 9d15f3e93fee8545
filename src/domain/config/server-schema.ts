import type { Rules } from './schema-nodes.ts'
import { boolean, choice, entries, integer, list, number, section, string, unlessProfile } from './schema-nodes.ts'

/** The profiles that come with the engine; `server.profiles` adds others and may not take these names. */
export const BUILT_IN_PROFILES = ['production', 'fast', 'batch', 'debug', 'projection'] as const

const SUBSCRIPTION_TYPES = ['event_store', 'stream'] as const
const COUNT = { min: 0 } as const satisfies Rules
const ONE_OR_MORE = { min: 1 } as const satisfies Rules
const FRACTION = { min: 0, max: 1 } as const satisfies Rules
const SECONDS = { min: 0 } as const satisfies Rules

/** What a profile sets, and what a single handler may set for itself. */
const subscription = {
  subscriptionType: choice(SUBSCRIPTION_TYPES, undefined, 'Where messages are read from.'),
  messagesPerTick: integer(undefined, 'Messages taken at a time.', ONE_OR_MORE),
  tickInterval: number(undefined, 'Seconds between two reads.', SECONDS),
  blockingTimeoutMs: integer(undefined, 'Milliseconds that a read waits for messages.', COUNT),
  maxRetries: integer(undefined, 'Repetitions before a message is given up.', COUNT),
  retryDelaySeconds: number(undefined, 'Seconds before the first repetition.', SECONDS),
  retryMultiplier: number(undefined, 'How many times longer each further delay is.', ONE_OR_MORE),
  retryMaxDelaySeconds: number(undefined, 'Seconds that a delay never exceeds.', SECONDS),
  retryJitter: number(undefined, 'Part of a delay that is left to chance.', FRACTION),
  concurrency: integer(undefined, 'Streams that are worked on at once.', ONE_OR_MORE),
  enableDlq: boolean(undefined, 'Keep given-up messages as dead letters.'),
  positionUpdateInterval: integer(undefined, 'Messages between two stored positions.', ONE_OR_MORE),
  circuitBreakerThreshold: integer(undefined, 'Failures in a row after which reading pauses.', ONE_OR_MORE),
  circuitBreakerResetSeconds: number(undefined, 'Seconds that reading pauses.', { moreThan: 0 }),
  retentionMaxlen: integer(undefined, 'Messages that a stream is trimmed to.', ONE_OR_MORE),
  dlqRetentionHours: number(undefined, 'Hours that dead letters are kept, where upkeep is enabled.', { moreThan: 0 }),
  dlqAlertThreshold: integer(undefined, 'Dead letters from which an alert is raised.', ONE_OR_MORE),
} as const

export const server = section('The engine: `protean server`.', {
  defaultSubscriptionType: unlessProfile(choice(SUBSCRIPTION_TYPES, 'event_store', 'Where handlers read messages from.')),
  defaultSubscriptionProfile: string(undefined, 'Profile of handlers that name none: built in, or one of `server.profiles`.', {
    nonBlank: true,
  }),
  messagesPerTick: unlessProfile(integer(100, 'Messages that a subscription takes at a time.', ONE_OR_MORE)),
  tickInterval: unlessProfile(number(0, 'Seconds between two reads.', SECONDS)),
  concurrency: integer(10, 'Streams that a subscription works on at once; each stream is worked on in order.', ONE_OR_MORE),
  retryMultiplier: number(2, 'How many times longer each further delay between repetitions is.', ONE_OR_MORE),
  retryMaxDelaySeconds: number(300, 'Seconds that a delay between repetitions never exceeds.', SECONDS),
  retryJitter: number(0.25, 'Part of such a delay that is left to chance, so that not all come at once.', FRACTION),
  drainTimeoutSeconds: number(30, 'Seconds that an engine which is stopped waits for handlers that are running.', SECONDS),
  eventStoreSubscription: section('Subscriptions of type `event_store`.', {
    positionUpdateInterval: unlessProfile(integer(10, 'Messages between two stored positions.', ONE_OR_MORE)),
    maxRetries: unlessProfile(integer(3, 'Repetitions before a message is given up.', COUNT)),
    retryDelaySeconds: unlessProfile(number(1, 'Seconds before a repetition.', SECONDS)),
    enableDlq: unlessProfile(boolean(true, 'Keep given-up messages as dead letters.')),
    circuitBreakerThreshold: unlessProfile(integer(10, 'Failures in a row after which handling pauses.', ONE_OR_MORE)),
    circuitBreakerResetSeconds: unlessProfile(number(60, 'Seconds that handling pauses.', { moreThan: 0 })),
    enableRecovery: boolean(true, 'Repeat failed messages later; without, they are given up at once.'),
    recoveryIntervalSeconds: number(30, 'For Python’s Protean. Here every repetition has a time of its own.', { moreThan: 0 }),
  }),
  streamSubscription: section('Subscriptions of type `stream`.', {
    blockingTimeoutMs: unlessProfile(integer(5000, 'Milliseconds that one read waits for messages; a longer wait costs nothing.', COUNT)),
    maxRetries: unlessProfile(integer(3, 'Repetitions before a message is given up.', COUNT)),
    retryDelaySeconds: unlessProfile(number(1, 'Seconds before a repetition.', SECONDS)),
    enableDlq: unlessProfile(boolean(true, 'Keep given-up messages as dead letters.')),
    circuitBreakerThreshold: unlessProfile(integer(10, 'Failures in a row after which reading pauses.', ONE_OR_MORE)),
    circuitBreakerResetSeconds: unlessProfile(number(60, 'Seconds that reading pauses.', { moreThan: 0 })),
    retentionMaxlen: integer(undefined, 'Messages that a stream is trimmed to. Unset: none is removed.', ONE_OR_MORE),
  }),
  brokerSubscription: section('Subscribers to external messages.', {
    maxRetries: integer(3, 'Repetitions before a message is given up.', COUNT),
    retryDelaySeconds: number(1, 'Seconds before a repetition.', SECONDS),
    enableDlq: boolean(true, 'Keep given-up messages as dead letters.'),
  }),
  versionRetry: section('A handler that lost a race (`ExpectedVersionError`).', {
    enabled: boolean(true, 'Run it again on fresh data.'),
    maxRetries: integer(3, 'Repetitions.', COUNT),
    baseDelaySeconds: number(
      0.05,
      'Seconds before the first repetition at most; each delay is cut short by chance, and may grow to twice the one before.',
      SECONDS,
    ),
    maxDelaySeconds: number(1, 'Seconds that a delay never exceeds.', SECONDS),
  }),
  transientRetry: section('A handler that met a passing failure.', {
    enabled: boolean(false, 'Run it again.'),
    maxRetries: integer(3, 'Repetitions.', COUNT),
    backoff: choice(['exponential', 'linear', 'fixed'], 'exponential', 'How delays grow.'),
    baseDelaySeconds: number(0.1, 'Seconds before the first repetition.', SECONDS),
    maxDelaySeconds: number(5, 'Seconds that a delay never exceeds.', SECONDS),
    exceptions: list(
      ['ConnectionError', 'TimeoutError', 'SendError'],
      'Names of the error classes that count, besides every error that is `retryable`.',
    ),
  }),
  subscriptions: entries(
    'Settings of single handlers, by the name of the handler.',
    section('One handler.', {
      profile: string(undefined, 'Profile to start from.', { nonBlank: true }),
      partitions: integer(undefined, 'Parts that the work is divided into, each done by one process at a time. Unset: one.', ONE_OR_MORE),
      ...subscription,
    }),
  ),
  profiles: entries(
    'Profiles of your own, by name.',
    section('One profile.', { inherits: choice(BUILT_IN_PROFILES, undefined, 'Built-in profile to start from.'), ...subscription }),
  ),
  dlq: section('Upkeep of dead letters.', {
    enabled: boolean(false, 'Remove old ones and raise alerts.'),
    retentionHours: number(168, 'Hours that dead letters are kept, where upkeep is enabled.', { moreThan: 0 }),
    alertThreshold: integer(100, 'Dead letters from which an alert is raised.', ONE_OR_MORE),
    alertCallback: string(
      undefined,
      'For Python’s Protean. Here an engine tells who listens (`onTrace`) and its log: `dead_letters.alert`.',
      { nonBlank: true },
    ),
    checkIntervalSeconds: number(60, 'Seconds between two rounds.', { moreThan: 0 }),
  }),
  health: section('The HTTP answers for probes.', {
    enabled: boolean(true, 'Serve them.'),
    host: string('127.0.0.1', 'Address to listen on. Probes from outside a container need `0.0.0.0`.', { nonBlank: true }),
    port: integer(8080, 'Port to listen on; 0 takes any that is free.', { min: 0, max: 65535 }),
    portAutoIncrement: boolean(false, 'Take the next free port where this one is taken.'),
  }),
  priorityLanes: section('Urgent messages overtake bulk work.', {
    enabled: boolean(false, 'Keep a second lane for bulk work.'),
    threshold: number(0, 'Messages with a lower priority take the second lane, and one turn of ten while there are others.'),
    backfillSuffix: string('backfill', 'Suffix of the second lane’s stream.', { nonBlank: true }),
  }),
  partitioning: section('How work is divided among processes.', {
    leaseTtlMs: integer(15000, 'Milliseconds after which the work of a silent process is taken over.', ONE_OR_MORE),
    heartbeatIntervalSeconds: number(
      3,
      'Seconds between two signs of life, and two looks for work that nobody announced; shorter than the lease.',
      { moreThan: 0 },
    ),
    pollIntervalSeconds: number(0.25, 'Seconds between two reads of a partition.', { moreThan: 0 }),
    reapIdleMs: integer(3_600_000, 'Milliseconds after which an idle partition is removed.', ONE_OR_MORE),
  }),
})
