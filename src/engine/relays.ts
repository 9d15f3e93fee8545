import type { Settings } from '../domain/config/schema.ts'
import type { DatabaseProvider } from '../domain/database-provider.ts'
import type { DomainInternals } from '../domain/internals.ts'
import { cloudEventSource } from '../messaging/cloud-event.ts'
import type { Broker } from '../ports/broker.ts'
import type { Database } from '../ports/database.ts'
import type { EventStore } from '../ports/event-store.ts'
import { AbandonedMessages } from './abandoned-messages.ts'
import { backoffMs } from './backoff.ts'
import type { EngineContext } from './engine-context.ts'
import { OutboxRelay } from './outbox-relay.ts'
import type { Publication } from './publication.ts'
import { externalPublication, internalPublication } from './publication.ts'
import type { SubscriptionPlan } from './subscription-plan.ts'
import type { Worker } from './worker.ts'
import { workerId } from './worker-row.ts'

interface Log {
  /** Keeps the relay's cursor and what it gives up. */
  readonly home: Database
  readonly events: EventStore
}

/**
 * From each log of the domain to the broker that its subscriptions of type `stream` read, when there are any or `outbox.enabled` says so; and, of what is
 * `published`, to each external broker.
 */
export function relaysOf(context: EngineContext, plans: readonly SubscriptionPlan[]): readonly Worker[] {
  const { inside } = context
  const { settings, infrastructure } = inside
  const { outbox, server, sourceUri } = settings
  const reading = plans.filter((plan) => plan.settings.subscriptionType === 'stream')
  const types = publishedTypes(inside)
  return logsOf(inside).flatMap((log) => [
    ...((outbox.enabled ?? reading.length > 0)
      ? [relay(context, log, brokerNamed(outbox.broker), internalPublication(server.priorityLanes), retentionFor(settings, reading))]
      : []),
    ...(types.length === 0 ? [] : outbox.externalBrokers).map((name) =>
      relay(
        context,
        log,
        brokerNamed(name),
        externalPublication(types, cloudEventSource(inside.registry.domainName, sourceUri)),
        undefined,
      ),
    ),
  ])

  function brokerNamed(name: string): Broker {
    return infrastructure.brokers.get(name) as Broker
  }
}

function relay(
  context: EngineContext,
  { home, events }: Log,
  broker: Broker,
  publication: Publication,
  retention: number | undefined,
): Worker {
  const { inside, clock, random } = context
  const { messagesPerTick, retry } = inside.settings.outbox
  const name = `outbox:${home.name}:${broker.name}`
  const policy = {
    retryDelaySeconds: retry.baseDelaySeconds,
    retryMultiplier: retry.backoffMultiplier,
    retryMaxDelaySeconds: retry.maxBackoffSeconds,
    retryJitter: retry.jitter ? retry.jitterFactor : 0,
  }
  return new OutboxRelay({
    name,
    home,
    log: events,
    broker,
    publication,
    clock,
    pageSize: messagesPerTick,
    maxAttempts: retry.maxAttempts,
    retention,
    delayMs: (attempts) => backoffMs(policy, attempts, random),
    abandoned: new AbandonedMessages(home, name, workerId(inside.registry.domainName, name), clock),
    report: (error, message, attempt) => context.report({ handler: name, message, error, attempt }),
  })
}

/**
 * Each log once, with the database that it belongs to; for a log of its own the default one or, where that is not managed and so has no tables of an engine, the first one
 * that is. What is not managed is somebody else's, and so are its messages.
 */
function logsOf({ infrastructure }: DomainInternals): readonly Log[] {
  const providers = [...infrastructure.databases.values()]
  const fallback = infrastructure.databases.get('default') as DatabaseProvider
  const usual = fallback.isManaged ? fallback : (providers.find(({ isManaged }) => isManaged) ?? fallback)
  return infrastructure.eventStores.flatMap((events) => {
    const owner = providers.find(({ database }) => database.events === events)
    return owner?.isManaged === false ? [] : [{ home: (owner ?? usual).database, events }]
  })
}

/** Type strings of the events that others may see. */
function publishedTypes({ registry }: DomainInternals): readonly string[] {
  const published = registry.ofKind('event').filter(({ isAbstract, options }) => !isAbstract && options.published === true)
  return published.flatMap((event) => registry.typesOf(event))
}

/** The longest that any reader wants; everything, as soon as one of them says nothing. */
function retentionFor({ server }: Settings, reading: readonly SubscriptionPlan[]): number | undefined {
  if (reading.length === 0) return server.streamSubscription.retentionMaxlen
  const lengths = reading.map(({ settings }) => settings.retentionMaxlen)
  return lengths.includes(undefined) ? undefined : Math.max(...(lengths as number[]))
}
