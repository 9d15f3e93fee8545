/**
 * Where events are in a store of their own, what a handler does to event-sourced aggregates is committed there, and the checkpoint right after it in the database. A process
 * that dies in between leaves a message that was handled and does not look it. So every event says in whose handling of what it came to be, and before a message is
 * handled that may have been handled before, the store is asked for such events.
 */
import type { DomainInternals } from '../domain/internals.ts'
import { DELIVERY } from '../handlers/message-factory.ts'
import type { Message } from '../messaging/message.ts'

/** The key of a message's handling by a subscription, for the events that come of it; undefined where checkpoints commit with all effects. */
export function deliveryKey({ runtime }: DomainInternals, subscription: string, message: Message): string | undefined {
  return runtime.forwarder() === undefined ? undefined : `${subscription}|${message.id}`
}

/** Whether events are stored that came of such a handling. They share the correlation of the message, by which they are found. */
export async function wasDelivered({ runtime }: DomainInternals, key: string | undefined, message: Message): Promise<boolean> {
  if (key === undefined) return false
  const correlated = await runtime.eventStore().correlated(message.correlationId ?? message.id)
  return correlated.some(({ metadata }) => metadata.extensions[DELIVERY] === key)
}
