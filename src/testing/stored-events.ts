import type { Domain } from '../domain/domain.ts'
import { readMessage } from '../handlers/message-reader.ts'
import type { Message } from '../messaging/message.ts'
import { isFactCategory } from '../messaging/stream-name.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOfInstance } from '../model/definition.ts'
import type { EventMessage } from '../model/element-class.ts'
import type { EventStore } from '../ports/event-store.ts'
import { scopeOf } from './element-domain.ts'
import { EventLog } from './event-log.ts'

/** Where the events of an aggregate are: in an event store of its own, or in the database of the aggregate. */
export function eventStoreOf(domain: Domain, aggregate: ElementDefinition): EventStore {
  if (domain.eventStore !== domain.providers.get('default')?.database.events) return domain.eventStore
  const provider = (aggregate.options.provider as string | undefined) ?? 'default'
  return domain.providers.get(provider)?.database.events ?? domain.eventStore
}

/** The events that a command led to directly: raised by its handler, or by a command that the handler processed, not in reaction to its events. Fact events are none of them. */
export function ownEvents(messages: readonly Message[], commandId: string): readonly Message[] {
  const commands = new Set([commandId])
  return messages.filter((message) => {
    if (!commands.has(message.causationId ?? '')) return false
    if (message.kind === 'COMMAND') commands.add(message.id)
    return message.kind === 'EVENT' && !isFactCategory(message.category)
  })
}

/** The events among these messages, as instances of their classes. */
export function logOf(messages: readonly Message[], element: object): EventLog {
  const { ofType } = scopeOf(definitionOfInstance(element) as ElementDefinition)
  return new EventLog(messages.filter(({ kind }) => kind === 'EVENT').map((message) => readMessage(message, ofType) as EventMessage))
}
