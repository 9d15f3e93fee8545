import type { Domain } from '../domain/domain.ts'
import { IncorrectUsageError } from '../errors.ts'
import { categoryOf, messageOf, typeOf, versionOf } from '../handlers/message-factory.ts'
import { createEnvelope } from '../messaging/envelope.ts'
import { Message } from '../messaging/message.ts'
import { eventStream } from '../messaging/stream-name.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOf, definitionOfInstance } from '../model/definition.ts'
import type { EventMessage, Projection } from '../model/element-class.ts'
import type { Constructor } from '../model/element-ref.ts'
import type { Condition } from '../unit-of-work/query/condition.ts'
import { definitionOfKind, domainOf, scopeOf } from './element-domain.ts'
import { identityIn } from './identity-in.ts'
import type { ProjectionResult } from './projection-result.ts'
import { ProjectionOutcome } from './projection-result.ts'

/** Which projection is meant: that with an identity, or the only one that matches. */
export type ProjectionKey<P extends Projection> = { readonly id: string } | Condition<P>

/** Events that happened, and what they lead to. */
export class EventSequence {
  readonly #events: readonly EventMessage[]

  constructor(events: readonly EventMessage[]) {
    this.#events = events
  }

  /**
   * Lets every handler of the projection's domain react to the events, one after the other and at once, then looks the projection up.
   * Throws `ReactionError` when a handler fails, `TooManyObjectsError` when several projections match.
   */
  // biome-ignore lint/suspicious/noThenProperty: it reads "given events, then this projection"; awaiting the sequence itself is refused.
  then<P extends Projection>(projection: Constructor<P>, key: ProjectionKey<P>): Promise<ProjectionResult<P>> {
    refuseAwaiting(projection)
    return this.#leadTo(projection, key)
  }

  async #leadTo<P extends Projection>(projection: Constructor<P>, key: ProjectionKey<P>): Promise<ProjectionResult<P>> {
    const definition = definitionOfKind(projection, 'projection', 'given(event, …).then()')
    checkKey(definition, key)
    const domain = domainOf(definition)
    const correlationId = scopeOf(definition).newIdentity().replaceAll('-', '')
    for (const [index, event] of this.#events.entries()) await domain.receive(happened(domain, definition, event, index, correlationId))
    return ProjectionOutcome.of(definition, await lookUp(domain, projection, key))
  }
}

/** `await given(event)` calls `then` with a function of the engine's, and waits for ever unless `then` itself throws. */
function refuseAwaiting(cls: unknown): void {
  if (typeof cls !== 'function' || definitionOf(cls) !== undefined) return
  throw new IncorrectUsageError(
    'given(event, …) leads to nothing by itself. Say to what: await given(event, …).then(Projection, { id }).',
    {
      code: 'GIVEN_WITHOUT_THEN',
    },
  )
}

function checkKey(definition: ElementDefinition, key: object | undefined): void {
  if (Object.keys(key ?? {}).length > 0) return
  throw new IncorrectUsageError(`Say which ${definition.name}: .then(${definition.name}, { id: '…' }), or with values that it has.`, {
    code: 'PROJECTION_KEY_MISSING',
  })
}

async function lookUp<P extends Projection>(domain: Domain, projection: Constructor<P>, key: ProjectionKey<P>): Promise<P | undefined> {
  const repository = domain.repositoryFor(projection)
  const { id } = key as { readonly id?: unknown }
  if (Object.keys(key).length === 1 && typeof id === 'string') return repository.find(id)
  return (await repository.exists(key as Condition<P>)) ? repository.findBy(key as Condition<P>) : undefined
}

/** The message of an event that no aggregate raised. It is handled, not stored. */
export function happened(
  domain: Domain,
  projection: ElementDefinition,
  event: EventMessage,
  index: number,
  correlationId: string,
): Message {
  const carried = messageOf(event)
  if (carried !== undefined) return carried
  const definition = definitionOfInstance(event) as ElementDefinition
  const aggregate = definition.scope.target(definition.partOf as Constructor) as ElementDefinition
  const category = categoryOf(aggregate)
  const scope = scopeOf(projection)
  const data = event.toObject()
  return new Message(data, {
    headers: {
      id: scope.newIdentity(),
      time: domain.clock.now(),
      type: typeOf(definition),
      stream: eventStream(category, identityIn(event, aggregate) ?? scope.newIdentity()),
    },
    envelope: createEnvelope(data),
    domain: {
      kind: 'EVENT',
      fqn: definition.fqn,
      streamCategory: category,
      version: versionOf(definition),
      sequenceId: `${index}.1`,
      asynchronous: false,
      priority: 0,
      correlationId,
    },
    extensions: {},
  })
}
