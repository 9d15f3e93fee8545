import type { BUILT_IN_PROFILES } from '../domain/config/server-schema.ts'
import type { SubscriptionType } from '../domain/config/subscription-type.ts'
import { BUILT_IN_TYPES } from '../domain/config/subscription-type.ts'

/** How one subscription works; every value is known. */
export interface SubscriptionSettings {
  readonly subscriptionType: SubscriptionType
  readonly messagesPerTick: number
  readonly tickInterval: number
  readonly concurrency: number
  /** Into how many parts the subscription is divided. */
  readonly partitions: number
  readonly maxRetries: number
  readonly retryDelaySeconds: number
  readonly retryMultiplier: number
  readonly retryMaxDelaySeconds: number
  readonly retryJitter: number
  readonly enableDlq: boolean
  readonly positionUpdateInterval: number
  readonly circuitBreakerThreshold: number
  readonly circuitBreakerResetSeconds: number
  readonly blockingTimeoutMs: number
  readonly retentionMaxlen: number | undefined
  /** What `server.dlq` says where it is undefined. */
  readonly dlqRetentionHours: number | undefined
  readonly dlqAlertThreshold: number | undefined
}

/** What holds where nothing is said. */
export const HARD_DEFAULTS: SubscriptionSettings = {
  subscriptionType: 'event_store',
  messagesPerTick: 100,
  tickInterval: 0,
  concurrency: 10,
  partitions: 1,
  maxRetries: 3,
  retryDelaySeconds: 1,
  retryMultiplier: 2,
  retryMaxDelaySeconds: 300,
  retryJitter: 0.25,
  enableDlq: true,
  positionUpdateInterval: 10,
  circuitBreakerThreshold: 10,
  circuitBreakerResetSeconds: 60,
  blockingTimeoutMs: 5000,
  retentionMaxlen: undefined,
  dlqRetentionHours: undefined,
  dlqAlertThreshold: undefined,
}

/** Profiles that need not be declared. What one does not say is said by the layers below it. */
export const BUILT_IN: Readonly<Record<(typeof BUILT_IN_PROFILES)[number], Partial<SubscriptionSettings>>> = {
  production: {
    subscriptionType: BUILT_IN_TYPES.production,
    messagesPerTick: 100,
    tickInterval: 0,
    blockingTimeoutMs: 5000,
    maxRetries: 3,
    retryDelaySeconds: 1,
    enableDlq: true,
    positionUpdateInterval: 10,
    retentionMaxlen: 100_000,
  },
  fast: {
    subscriptionType: BUILT_IN_TYPES.fast,
    messagesPerTick: 10,
    tickInterval: 0,
    blockingTimeoutMs: 100,
    maxRetries: 2,
    retryDelaySeconds: 0,
    enableDlq: true,
    positionUpdateInterval: 5,
    retentionMaxlen: 100_000,
  },
  batch: {
    subscriptionType: BUILT_IN_TYPES.batch,
    messagesPerTick: 500,
    tickInterval: 0,
    blockingTimeoutMs: 10_000,
    maxRetries: 5,
    retryDelaySeconds: 2,
    enableDlq: true,
    positionUpdateInterval: 50,
    retentionMaxlen: 500_000,
  },
  debug: {
    subscriptionType: BUILT_IN_TYPES.debug,
    messagesPerTick: 1,
    tickInterval: 1,
    blockingTimeoutMs: 1000,
    maxRetries: 1,
    retryDelaySeconds: 0,
    enableDlq: false,
    positionUpdateInterval: 1,
    retentionMaxlen: 1000,
  },
  projection: {
    subscriptionType: BUILT_IN_TYPES.projection,
    messagesPerTick: 100,
    tickInterval: 0,
    maxRetries: 3,
    retryDelaySeconds: 1,
    enableDlq: true,
    positionUpdateInterval: 10,
  },
}
