import { IncorrectUsageError } from '../errors.ts'
import { categoryOf, messageOf } from '../handlers/message-factory.ts'
import type { Message } from '../messaging/message.ts'
import { eventStream } from '../messaging/stream-name.ts'
import type { ElementDefinition } from '../model/definition.ts'
import type { Aggregate, EventMessage } from '../model/element-class.ts'
import type { Tracked } from '../model/entity-state.ts'
import { applyStored, replay } from '../model/event-sourcing.ts'
import type { EventStore } from '../ports/event-store.ts'
import { identityIn } from './identity-in.ts'

/**
 * Event-sourced aggregates as the given events tell of them. An event belongs to the aggregate whose identity it carries or, where it carries none, to the
 * one that the event before it was about. Rules are not checked: what is given has happened.
 */
export class ToldHistory<T extends Aggregate> {
  readonly #aggregate: ElementDefinition
  readonly #store: EventStore
  readonly #instances: T[]

  constructor(aggregate: ElementDefinition, store: EventStore, known: readonly T[]) {
    this.#aggregate = aggregate
    this.#store = store
    this.#instances = [...known]
  }

  /** The aggregates, the one last told of at the end. They have their identities, and no state. */
  get instances(): readonly T[] {
    return this.#instances
  }

  /** Stores an event at the end of its stream. */
  async append(event: EventMessage): Promise<Message> {
    const message = messageOf(event) ?? (await this.#carried(event))
    const { stream, category } = message
    const { expectedVersion } = message.metadata.domain
    await this.#store.append([{ stream, category, expectedVersion, messages: [message] }])
    return message
  }

  async #carried(event: EventMessage): Promise<Message> {
    const owner = this.#ownerOf(event)
    const last = await this.#store.lastMessage(eventStream(categoryOf(this.#aggregate), owner._id as string))
    this.#aggregate.scope.carryEvent({ event, aggregate: owner, nextVersion: (last?.stored?.position ?? -1) + 1, sequence: 1 })
    return messageOf(event) as Message
  }

  #ownerOf(event: EventMessage): T {
    const id = identityIn(event, this.#aggregate)
    const index = id === undefined ? this.#instances.length - 1 : this.#instances.findIndex((one) => one._id === id)
    const [known] = index < 0 ? [] : this.#instances.splice(index, 1)
    const owner = known ?? (id === undefined ? this.#begunBy(event) : (this.#aggregate.blank(id) as T))
    this.#instances.push(owner)
    return owner
  }

  /** Applying the first event may set the identity. */
  #begunBy(event: EventMessage): T {
    const owner = this.#aggregate.create({}) as T & Tracked
    replay(owner, (root, sourcing) => applyStored(root, sourcing, event))
    if (owner._id !== undefined) return owner
    throw new IncorrectUsageError(
      `given(${this.#aggregate.name}, …) begins with an event that tells no identity. Give first the event that brings the ${this.#aggregate.name} into being.`,
      { code: 'GIVEN_STATE_MISSING' },
    )
  }
}
