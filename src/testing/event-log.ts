import { AssertionError } from 'node:assert'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOfInstance } from '../model/definition.ts'
import type { EventMessage } from '../model/element-class.ts'
import type { Constructor } from '../model/element-ref.ts'
import { definitionOfKind } from './element-domain.ts'

/** Events in the order in which they happened. Those of a class include those of the classes that extend it. */
export class EventLog implements Iterable<EventMessage> {
  readonly #events: readonly EventMessage[]

  constructor(events: Iterable<EventMessage> = []) {
    this.#events = Object.freeze([...events])
  }

  get length(): number {
    return this.#events.length
  }

  get first(): EventMessage | undefined {
    return this.#events[0]
  }

  get last(): EventMessage | undefined {
    return this.#events.at(-1)
  }

  /** The class of each event. */
  get types(): readonly Constructor<EventMessage>[] {
    return this.#events.map((event) => event.constructor as unknown as Constructor<EventMessage>)
  }

  /** Counts from the end when negative. */
  at(index: number): EventMessage | undefined {
    return this.#events.at(index)
  }

  has(event: Constructor<EventMessage>): boolean {
    return this.ofType(event).length > 0
  }

  /** The first event of a class. Throws `AssertionError`, which says what there is instead, when there is none. */
  get<E extends EventMessage>(event: Constructor<E>): E {
    const found = this.find(event)
    if (found !== undefined) return found
    const names = this.#events.map(nameOf)
    throw new AssertionError({
      message: `There is no ${definitionOfKind(event, 'event', 'EventLog.get()').name} event, but ${names.length === 0 ? 'nothing at all' : names.join(', ')}.`,
      stackStartFn: EventLog.prototype.get,
    })
  }

  /** The first event of a class, or undefined. */
  find<E extends EventMessage>(event: Constructor<E>): E | undefined {
    return this.ofType(event)[0]
  }

  ofType<E extends EventMessage>(event: Constructor<E>): readonly E[] {
    const wanted = definitionOfKind(event, 'event', 'An event log')
    return this.#events.filter((one): one is E => (definitionOfInstance(one) as ElementDefinition).isA(wanted))
  }

  [Symbol.iterator](): Iterator<EventMessage> {
    return this.#events[Symbol.iterator]()
  }

  toJSON(): readonly object[] {
    return this.#events.map((event) => ({ type: nameOf(event), ...event.toObject() }))
  }

  toString(): string {
    return this.#events.map(nameOf).join(', ')
  }
}

function nameOf(event: EventMessage): string {
  return (definitionOfInstance(event) as ElementDefinition).name
}
