import { IncorrectUsageError } from '../errors.ts'
import { messageOf } from '../handlers/message-factory.ts'
import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOfInstance } from '../model/definition.ts'
import type { Aggregate, EventMessage } from '../model/element-class.ts'
import type { Constructor } from '../model/element-ref.ts'
import { domainOf } from './element-domain.ts'
import { identityIn } from './identity-in.ts'
import { eventStoreOf } from './stored-events.ts'
import { ToldHistory } from './told-history.ts'

/** What came before the command under test: aggregates in the state that they are in, and events that happened to them. */
export type Given<T extends Aggregate> = T | EventMessage

/**
 * Makes a history real: saves the aggregates, stores the events in their streams and, where events are handled synchronously, lets the handlers
 * react to them. Gives the aggregates.
 */
export async function establish<T extends Aggregate>(
  aggregate: ElementDefinition,
  known: readonly T[],
  history: readonly Given<T>[],
): Promise<readonly T[]> {
  const domain = domainOf(aggregate)
  const given = history.filter((item): item is T => definitionOfInstance(item)?.kind === 'aggregate')
  const saved = new Set(given.flatMap((one) => [...one._events]))
  const instances = [...known, ...given]
  for (const instance of given) await domain.repositoryFor(aggregate.cls as Constructor<T>).add(instance)
  const events = history.filter(
    (item): item is EventMessage => definitionOfInstance(item)?.kind === 'event' && !saved.has(item as EventMessage),
  )
  const store = eventStoreOf(domain, aggregate)
  const told = aggregate.isEventSourced ? new ToldHistory<T>(aggregate, store, instances) : undefined
  for (const [index, event] of events.entries()) {
    const message =
      told === undefined ? historic(aggregate, ownerOf(aggregate, instances, event), event, index + 1) : await told.append(event)
    if (told === undefined) await store.append([{ stream: message.stream, category: message.category, messages: [message] }])
    if (domain.config.eventProcessing === 'sync') await domain.receive(message)
  }
  return told?.instances ?? instances
}

/** Refuses what is no history of the aggregate. */
export function checkHistory(aggregate: ElementDefinition, history: readonly object[]): void {
  for (const item of history) {
    if (aggregate.isInstance(item)) continue
    const definition = definitionOfInstance(item)
    const partOf = definition?.kind === 'event' && definition.partOf !== undefined ? definition.scope.target(definition.partOf) : undefined
    if (partOf !== undefined && aggregate.isA(partOf as ElementDefinition)) continue
    throw new IncorrectUsageError(
      `given(${aggregate.name}, …) takes instances of ${aggregate.name} and events of ${aggregate.name}, not ${definition?.name ?? String(item)}.`,
      { code: 'GIVEN_NOT_OF_AGGREGATE' },
    )
  }
}

function historic(aggregate: ElementDefinition, owner: Aggregate, event: EventMessage, sequence: number): Message {
  const carried = messageOf(event)
  if (carried !== undefined) return carried
  aggregate.scope.carryEvent({ event, aggregate: owner, nextVersion: owner._version, sequence })
  return messageOf(event) as Message
}

/** The given aggregate that an event happened to: the one whose identity it carries or, where it carries none, the only one. */
function ownerOf<T extends Aggregate>(aggregate: ElementDefinition, instances: readonly T[], event: EventMessage): T {
  const id = identityIn(event, aggregate)
  const owner = id === undefined ? (instances.length === 1 ? instances[0] : undefined) : instances.find((one) => one._id === id)
  if (owner !== undefined) return owner
  const { name } = definitionOfInstance(event) as ElementDefinition
  const which = id === undefined ? 'an aggregate that it does not name' : `${aggregate.name} ${id}`
  throw new IncorrectUsageError(
    `${name} was given as the history of ${which}, but ${aggregate.name} is stored as it is, and its events do not say what it was like. Give the aggregate too: given(${aggregate.name}, new ${aggregate.name}({ … }), …).`,
    { code: 'GIVEN_STATE_MISSING' },
  )
}
