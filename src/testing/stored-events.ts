import type { Domain } from '../domain/domain.ts'
import { readMessage } from '../handlers/message-reader.ts'
import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOfInstance } from '../model/definition.ts'
import type { EventMessage } from '../model/element-class.ts'
import type { EventStore } from '../ports/event-store.ts'
import { scopeOf } from './element-domain.ts'
import { EventLog } from './event-log.ts'

/** Where the events of an aggregate are. */
export function eventStoreOf(domain: Domain, aggregate: ElementDefinition): EventStore {
  const provider = (aggregate.options.provider as string | undefined) ?? 'default'
  return domain.providers.get(provider)?.database.events ?? domain.eventStore
}

/** All messages of one correlation, in all stores of the domain, in the order in which they were stored. */
export async function correlated(domain: Domain, correlationId: string): Promise<readonly Message[]> {
  const events = [...domain.providers.values()].map(({ database }) => database.events)
  const stores = new Set([domain.eventStore, ...events].filter((store) => store !== undefined))
  const messages = await Promise.all([...stores].map((store) => store.correlated(correlationId)))
  // One store's order is exact; between several, the time has to do.
  return stores.size === 1 ? messages.flat() : messages.flat().sort((one, other) => one.time.getTime() - other.time.getTime())
}

/** The events that a command led to directly: raised by its handler, or by a command that the handler processed, not in reaction to its events. */
export function ownEvents(messages: readonly Message[], commandId: string): readonly Message[] {
  const commands = new Set([commandId])
  return messages.filter((message) => {
    if (!commands.has(message.causationId ?? '')) return false
    if (message.kind === 'COMMAND') commands.add(message.id)
    return message.kind === 'EVENT'
  })
}

/** The events among these messages, as instances of their classes. */
export function logOf(messages: readonly Message[], element: object): EventLog {
  const { ofType } = scopeOf(definitionOfInstance(element) as ElementDefinition)
  return new EventLog(messages.filter(({ kind }) => kind === 'EVENT').map((message) => readMessage(message, ofType) as EventMessage))
}
