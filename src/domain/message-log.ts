import { IncorrectUsageError, ObjectNotFoundError } from '../errors.ts'
import type { Reading } from '../handlers/message-reader.ts'
import { readMessage } from '../handlers/message-reader.ts'
import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOf } from '../model/definition.ts'
import type { EventMessage } from '../model/element-class.ts'
import type { Constructor } from '../model/element-ref.ts'
import type { Cursor, EventStore } from '../ports/event-store.ts'
import type { IntegrityReport } from './integrity.ts'
import { verifyStores } from './integrity.ts'

/** A message with those that came of it, in the order in which they were stored. */
export interface CausationNode {
  readonly message: Message
  readonly effects: readonly CausationNode[]
}

export interface Trace extends CausationNode {
  /** What led to the message: the first cause first, its own last. */
  readonly causes: readonly Message[]
}

interface LogAccess {
  /** All event stores of the domain. */
  stores(): readonly EventStore[]
  readingOf(type: string): Reading | undefined
  /** Every type string under which messages of an element, or of those that extend it, may be stored. */
  typesOf(definition: ElementDefinition): readonly string[]
}

const PAGE = 500

/** The messages that a domain has stored: what led to what, all events of a class, and whether everything is in order. */
export class MessageLog {
  readonly #access: LogAccess

  constructor(access: LogAccess) {
    this.#access = access
  }

  /** All messages of one correlation, oldest first. Between several event stores the time decides. */
  async correlated(correlationId: string): Promise<readonly Message[]> {
    const found = await Promise.all(this.#access.stores().map((store) => store.correlated(correlationId)))
    return found.length === 1 ? found.flat() : found.flat().sort((one, other) => one.time.getTime() - other.time.getTime())
  }

  /**
   * What led to a message and what came of it, by index: the cost is that of its correlation, however long the log. Fails with `ObjectNotFoundError` where there
   * is no such message.
   */
  async trace(messageId: string): Promise<Trace> {
    const message = await this.#find(messageId)
    if (message === undefined)
      throw new ObjectNotFoundError(`There is no message ${messageId} in the event store. Give the id of a message that was stored.`)
    const root = message.correlationId ?? message.id
    const correlated = await this.correlated(root)
    // What was not correlated itself gives its id to all that comes of it.
    const first = correlated.some(({ id }) => id === root) ? undefined : await this.#find(root)
    const all = first === undefined ? correlated : [first, ...correlated]
    const byId = new Map(all.map((one) => [one.id, one]))
    const causes: Message[] = []
    for (let cause = byId.get(message.causationId ?? ''); cause !== undefined && !causes.includes(cause); ) {
      causes.unshift(cause)
      cause = byId.get(cause.causationId ?? '')
    }
    const effects = new Map<string, Message[]>()
    for (const one of all) if (one.causationId !== undefined) effects.set(one.causationId, [...(effects.get(one.causationId) ?? []), one])
    return { ...nodeOf(message, effects), causes }
  }

  /**
   * Every event of a class and of those that extend it, in the order of the log and as the class is today, older versions upcast. `after` is a cursor of
   * `messageOf(event).stored`. Ends at the end of the log. An event that cannot be read ends it with `DeserializationError`.
   */
  async *eventsOfType<Event extends EventMessage>(event: Constructor<Event>, after?: Cursor): AsyncIterable<Event> {
    const definition = definitionOf(event)
    if (definition?.kind !== 'event')
      throw new IncorrectUsageError('eventsOfType() takes a class made by domain.event().', { code: 'NOT_AN_EVENT' })
    const types = this.#access.typesOf(definition)
    for (const store of this.#access.stores()) {
      for (let cursor = after; ; ) {
        const page = await store.readAll({ types, after: cursor, limit: PAGE })
        for (const message of page.messages) yield readMessage(message, (type) => this.#access.readingOf(type)) as Event
        cursor = page.cursor
        if (page.messages.length < PAGE) break
      }
    }
  }

  /** Reads everything once and says what is wrong with it; changes nothing. Keeps the id of every message in memory while it does. */
  verify(): Promise<IntegrityReport> {
    return verifyStores(this.#access.stores(), (type) => this.#access.readingOf(type))
  }

  async #find(id: string): Promise<Message | undefined> {
    for (const store of this.#access.stores()) {
      const message = await store.find(id)
      if (message !== undefined) return message
    }
    return undefined
  }
}

function nodeOf(message: Message, effects: ReadonlyMap<string, readonly Message[]>): CausationNode {
  return { message, effects: (effects.get(message.id) ?? []).map((effect) => nodeOf(effect, effects)) }
}
