import { AssertionError } from 'node:assert'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOfInstance } from '../model/definition.ts'
import type { CommandMessage, EventMessage, MessageObject } from '../model/element-class.ts'
import type { Constructor } from '../model/element-ref.ts'
import { definitionOfKind } from './element-domain.ts'

/** Messages of one kind, in order. Those of a class include those of the classes that extend it. */
abstract class MessageLog<M extends MessageObject> implements Iterable<M> {
  readonly #kind: 'event' | 'command'
  readonly #messages: readonly M[]

  constructor(kind: 'event' | 'command', messages: Iterable<M>) {
    this.#kind = kind
    this.#messages = Object.freeze([...messages])
  }

  get length(): number {
    return this.#messages.length
  }

  get first(): M | undefined {
    return this.#messages[0]
  }

  get last(): M | undefined {
    return this.#messages.at(-1)
  }

  /** The class of each message. */
  get types(): readonly Constructor<M>[] {
    return this.#messages.map((message) => message.constructor as unknown as Constructor<M>)
  }

  /** Counts from the end when negative. */
  at(index: number): M | undefined {
    return this.#messages.at(index)
  }

  has(cls: Constructor<M>): boolean {
    return this.ofType(cls).length > 0
  }

  /** The first message of a class. Throws `AssertionError`, which says what there is instead, when there is none. */
  get<Own extends M>(cls: Constructor<Own>): Own {
    const found = this.find(cls)
    if (found !== undefined) return found
    const names = this.#messages.map(nameOf)
    throw new AssertionError({
      message: `There is no ${definitionOfKind(cls, this.#kind, `${this.constructor.name}.get()`).name} ${this.#kind}, but ${names.length === 0 ? 'nothing at all' : names.join(', ')}.`,
      stackStartFn: MessageLog.prototype.get,
    })
  }

  /** The first message of a class, or undefined. */
  find<Own extends M>(cls: Constructor<Own>): Own | undefined {
    return this.ofType(cls)[0]
  }

  ofType<Own extends M>(cls: Constructor<Own>): readonly Own[] {
    const wanted = definitionOfKind(cls, this.#kind, `The log of ${this.#kind}s`)
    return this.#messages.filter((one): one is Own => (definitionOfInstance(one) as ElementDefinition).isA(wanted))
  }

  [Symbol.iterator](): Iterator<M> {
    return this.#messages[Symbol.iterator]()
  }

  toJSON(): readonly object[] {
    return this.#messages.map((message) => ({ type: nameOf(message), ...message.toObject() }))
  }

  toString(): string {
    return this.#messages.map(nameOf).join(', ')
  }
}

/** Events in the order in which they happened. */
export class EventLog extends MessageLog<EventMessage> {
  constructor(events: Iterable<EventMessage> = []) {
    super('event', events)
  }
}

/** Commands in the order in which they were submitted. */
export class CommandLog extends MessageLog<CommandMessage> {
  constructor(commands: Iterable<CommandMessage> = []) {
    super('command', commands)
  }
}

function nameOf(message: MessageObject): string {
  return (definitionOfInstance(message) as ElementDefinition).name
}
