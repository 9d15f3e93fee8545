import type { Settings } from '../domain/config/schema.ts'
import { subscriptionType } from '../domain/config/subscription-type.ts'
import type { SubscriptionSettings } from './profiles.ts'
import { BUILT_IN, HARD_DEFAULTS } from './profiles.ts'

type Server = Settings['server']
type Override = Partial<Omit<Server['profiles'][string], 'inherits'>>

/**
 * What is in force for a handler. From the weakest to the strongest: defaults, the server's default profile (unless the handler names one of its own),
 * keys of the server, the handler's profile, keys of the handler. What is not set never overrides.
 */
export function subscriptionSettings(server: Server, handler: string): SubscriptionSettings {
  const { profile, ...own }: Override & { readonly profile?: string | undefined } = server.subscriptions[handler] ?? {}
  const chosen: Override = profile === undefined ? {} : profileNamed(server, profile)
  const usual: Override =
    profile !== undefined || server.defaultSubscriptionProfile === undefined ? {} : profileNamed(server, server.defaultSubscriptionProfile)
  const type = subscriptionType(server, handler)
  return { ...layered([HARD_DEFAULTS, usual, ofServer(server, type), chosen, own]), subscriptionType: type }
}

/** Several handlers that share what is read: each keeps its own policy for failures, and of what concerns reading the most careful one counts. */
export function sharedSettings(server: Server, handlers: readonly string[]): SubscriptionSettings {
  const all = handlers.map((handler) => subscriptionSettings(server, handler))
  const first = all[0] ?? subscriptionSettings(server, '')
  const least = (key: 'messagesPerTick' | 'concurrency' | 'positionUpdateInterval' | 'circuitBreakerThreshold') =>
    Math.min(...all.map((settings) => settings[key]), first[key])
  return {
    ...first,
    messagesPerTick: least('messagesPerTick'),
    concurrency: least('concurrency'),
    partitions: Math.max(...all.map(({ partitions }) => partitions), first.partitions),
    positionUpdateInterval: least('positionUpdateInterval'),
    circuitBreakerThreshold: least('circuitBreakerThreshold'),
    circuitBreakerResetSeconds: Math.max(...all.map((settings) => settings.circuitBreakerResetSeconds), first.circuitBreakerResetSeconds),
    dlqAlertThreshold: smallest(all.map((settings) => settings.dlqAlertThreshold)),
    tickInterval: Math.max(...all.map((settings) => settings.tickInterval), first.tickInterval),
  }
}

function smallest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

/** The same for a subscriber to messages of other systems: in the order in which they come, one at a time, where nothing else is said. */
export function subscriberSettings(server: Server, subscriber: string): SubscriptionSettings {
  const { profile, ...own }: Override & { readonly profile?: string | undefined } = server.subscriptions[subscriber] ?? {}
  const { messagesPerTick, tickInterval, retryMultiplier, retryMaxDelaySeconds, retryJitter } = server
  const general = { messagesPerTick, tickInterval, retryMultiplier, retryMaxDelaySeconds, retryJitter, concurrency: 1 }
  const chosen: Override = profile === undefined ? {} : profileNamed(server, profile)
  return { ...layered([HARD_DEFAULTS, general, server.brokerSubscription, chosen, own]), subscriptionType: 'stream' }
}

/** That names exist is checked with the configuration. */
function profileNamed(server: Server, name: string): Override {
  const builtIn = (BUILT_IN as Readonly<Record<string, Override>>)[name]
  if (builtIn !== undefined) return builtIn
  const { inherits, ...own } = server.profiles[name] ?? {}
  return inherits === undefined ? own : layered([BUILT_IN[inherits], own])
}

function ofServer(server: Server, type: SubscriptionSettings['subscriptionType']): Override {
  const { messagesPerTick, tickInterval, concurrency, retryMultiplier, retryMaxDelaySeconds, retryJitter } = server
  const general = { messagesPerTick, tickInterval, concurrency, retryMultiplier, retryMaxDelaySeconds, retryJitter }
  if (type === 'stream') return { ...general, ...server.streamSubscription }
  const { enableRecovery, recoveryIntervalSeconds: _, ...own } = server.eventStoreSubscription
  return { ...general, ...own, ...(enableRecovery ? {} : { maxRetries: 0 }) }
}

function layered<Layer extends Override>(layers: readonly [Layer, ...Override[]]): Layer {
  const result: Record<string, unknown> = {}
  for (const layer of layers) for (const [key, value] of Object.entries(layer)) if (value !== undefined) result[key] = value
  return result as Layer
}
