import type { DomainInternals } from '../domain/internals.ts'
import type { HandlerGroup } from '../handlers/handler-group.ts'
import { readMessage } from '../handlers/message-reader.ts'
import type { Message } from '../messaging/message.ts'

/**
 * Events of one process are kept in order with each other, whatever streams they are in: one that overtook the event that starts its process would find none, and
 * be ignored. What cannot be read, or correlated, is kept in order with its stream; handling it says what is wrong with it.
 */
export function processUnits(inside: DomainInternals, group: HandlerGroup): (message: Message) => string | undefined {
  const { handlers, registry } = inside
  return (message) => {
    // Handled by the process that made it.
    if (!message.metadata.domain.asynchronous) return undefined
    const definition = registry.ofType(message.type)?.definition
    const known = definition === undefined ? [] : handlers.ofEvent(definition, message.category)
    const processOf = known.find((handler) => handler.group === group)?.processOf
    if (processOf === undefined) return message.stream
    try {
      const id = processOf(readMessage(message, (type) => registry.ofType(type)))
      return id === undefined ? undefined : `process ${id}`
    } catch {
      return message.stream
    }
  }
}
