import type { DomainInternals } from '../domain/internals.ts'
import type { HandlerGroup } from '../handlers/handler-group.ts'
import type { DeclaredSubscriber } from '../handlers/subscriber.ts'
import { foreignMessage, ownIdOf } from '../handlers/subscriber.ts'
import { Message } from '../messaging/message.ts'
import type { Broker, Delivery } from '../ports/broker.ts'
import type { Database } from '../ports/database.ts'
import type { JsonObject } from '../util/json.ts'
import { BrokerSource } from './broker-source.ts'
import type { SubscriptionPlan } from './subscription-plan.ts'
import { subscriberSettings } from './subscription-settings.ts'
import { workerId } from './worker-row.ts'

/**
 * Subscriptions to messages of other systems. Each message is a stream of its own, with a checkpoint: one that fails does not hold up the others, and one that
 * comes again changes nothing, for as long as `consumeIdempotency.cleanup` has it known. A broker without acknowledgement has delivered each at most once.
 */
export function subscriberPlans(inside: DomainInternals): readonly SubscriptionPlan[] {
  return inside.registry.subscribers.map((subscriber) => planOf(inside, subscriber))
}

function planOf(inside: DomainInternals, subscriber: DeclaredSubscriber): SubscriptionPlan {
  const { infrastructure, registry, settings, retry, commands } = inside
  const { stream, broker: name = 'default' } = subscriber.options as { readonly stream: string; readonly broker?: string }
  const broker = infrastructure.brokers.get(name) as Broker
  const own = subscriberSettings(settings.server, subscriber.name)
  const newCorrelation = () => commands.newId().replaceAll('-', '')
  const source = new BrokerSource({
    broker,
    stream,
    group: workerId(registry.domainName, subscriber.name),
    clock: retry.clock,
    waitMs: own.blockingTimeoutMs,
    messageOf: ({ id, payload }: Delivery) => {
      // What a broker does not keep pending it does not deliver again, and its ids may.
      const known = broker.capabilities.acknowledgement ? id : commands.newId()
      return asStream(foreignMessage(payload, { id: known, stream }, retry.clock.now(), newCorrelation), ownIdOf(payload) ?? known)
    },
    timeOf: () => undefined,
  })
  return {
    name: subscriber.name,
    kind: 'EVENT',
    home: infrastructure.databases.get('default')?.database as Database,
    sources: [source],
    logs: [],
    order: '',
    settings: own,
    isPassing: true,
    workOf: (message) => ({ element: message.data, handlers: [handlerOf(subscriber)], as: withStream(message, stream, false) }),
    route: () => [],
    ignores: () => false,
  }
}

function asStream(message: Message, id: string): Message {
  return withStream(message, `${message.stream}-${id}`, true)
}

function withStream({ data, metadata }: Message, stream: string, asynchronous: boolean): Message {
  const headers = { ...metadata.headers, stream }
  return new Message(data, { ...metadata, headers, domain: { ...metadata.domain, asynchronous } }, { position: 0, cursor: '0' })
}

/** What subscriptions know as the one who handles: its name, its hook and its function. */
function handlerOf(subscriber: DeclaredSubscriber) {
  const { name, options, onError, run } = subscriber
  const group: HandlerGroup = { kind: 'event handler', name, options, entries: [], onError }
  return { group, target: undefined, run: (payload: object, message: Message) => run(payload as JsonObject, message) }
}
