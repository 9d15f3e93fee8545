import type { JsonObject } from '../util/json.ts'
import type { StandardSchema } from '../util/standard-schema.ts'
import type { Constructor } from './element-ref.ts'
import type { Changes, Fields, Input, Props, Values } from './field-type.ts'
import type { InvariantOptions } from './invariants.ts'

/** Marks, for the type checker only, what kind of element an instance is and what a message gives back. */
export declare const KIND: unique symbol
export declare const RESULT: unique symbol
declare const EVENT_SOURCED: unique symbol

/** What repositories are of: stored on its own, and found by its identity. */
export interface Stored {
  readonly [KIND]: 'aggregate' | 'projection'
}

/** What every element class offers. */
export interface ElementStatics<F extends Fields, Instance> {
  /** Validates the input; throws one `ValidationError` with every problem. */
  new (input: Input<F>): Instance
  readonly '~fields': F
  readonly '~standard': StandardSchema<Input<F>, Instance>['~standard']
}

export type InvariantCheck<Element> = (element: Element) => boolean | undefined | void

/** Classes whose instances must keep rules. */
export interface WithInvariants {
  /** Checked after every change, and at construction; false, or a thrown `ValidationError`, takes the change back. */
  invariant<Element extends object>(
    this: Constructor<Element>,
    message: string,
    check: InvariantCheck<Element>,
    options?: InvariantOptions,
  ): void
}

export interface WithPreInvariants extends WithInvariants {
  /** Checked before anything is changed. */
  preInvariant<Element extends object>(
    this: Constructor<Element>,
    message: string,
    check: InvariantCheck<Element>,
    options?: InvariantOptions,
  ): void
}

export interface Entity {
  readonly [KIND]: 'entity' | 'aggregate'
  readonly _id: string | undefined
  /** -1 until first saved, 0 after that, one more with every save. */
  readonly _version: number
  /** Events raised by the aggregate and not yet stored, oldest first. */
  readonly _events: readonly EventMessage[]
  readonly _owner: object | undefined
  readonly _root: object
  /** Records that something happened. Undone with the change that it is part of. */
  raise(event: EventMessage): void
  /** Runs `body` as one atomic change: rules are checked once, at its end; a throw takes everything back. */
  atomic<Result>(body: () => Result): Result
  /** Whether a status field may go to this state now. */
  canTransitionTo(field: string, state: string): boolean
  equals(other: unknown): boolean
  toObject(): JsonObject
  toJSON(): JsonObject
}

export interface Aggregate extends Entity {
  readonly [KIND]: 'aggregate'
}

/** Its state comes from its events. */
export interface EventSourcedAggregate extends Aggregate {
  readonly [EVENT_SOURCED]: true
}

export interface Projection {
  readonly [KIND]: 'projection'
  equals(other: unknown): boolean
  toObject(): JsonObject
  toJSON(): JsonObject
}

export interface ValueObject<Changes extends object = object> {
  readonly [KIND]: 'valueObject'
  equals(other: unknown): boolean
  readonly hash: string
  /** A new value with these parts changed, validated; undefined clears a part. */
  replace(changes: Changes): this
  toObject(): JsonObject
}

/** What all messages have. */
export interface MessageObject {
  equals(other: unknown): boolean
  toObject(): JsonObject
}

export interface EventMessage<Payload extends object = object> extends MessageObject {
  readonly [KIND]: 'event'
  /** The values by field name. */
  readonly payload: Payload
}

export interface CommandMessage<Result = unknown, Payload extends object = object> extends MessageObject {
  readonly [KIND]: 'command'
  readonly [RESULT]: Result
  /** The values by field name. */
  readonly payload: Payload
}

export interface QueryMessage<Result = unknown, Payload extends object = object> extends MessageObject {
  readonly [KIND]: 'query'
  readonly [RESULT]: Result
  /** The values by field name. */
  readonly payload: Payload
}

export interface AggregateClass<F extends Fields, Inherited = unknown>
  extends ElementStatics<F, Props<F> & Aggregate & Inherited>,
    WithPreInvariants {}
/** What an event-sourced element is constructed with: its identity, or nothing. The rest comes from events. */
export type IdentityInput<F extends Fields> = {
  [Name in keyof F as [F[Name]['~id']] extends [true] ? Name : never]?: F[Name]['~input'] | undefined
}

export interface EventSourcedClass<F extends Fields, Inherited = unknown> extends WithPreInvariants {
  /** An instance without history: its identity and the defaults of its fields. Raise the event that brings it into being. */
  new (input?: IdentityInput<F>): Props<F> & EventSourcedAggregate & Inherited
  readonly '~fields': F
  readonly '~standard': StandardSchema<IdentityInput<F>, Props<F> & EventSourcedAggregate & Inherited>['~standard']
  /**
   * What an event does to the state: runs when the event is raised, and again whenever the aggregate is read. Sets state and does nothing else: no look-ups,
   * no time, no chance. What the event may not do is refused by its rules before it is stored, and never again.
   */
  applies<Element extends object, Event extends EventMessage>(
    this: Constructor<Element>,
    event: Constructor<Event>,
    apply: (element: Element, event: Event) => void,
  ): void
}
export interface EntityClass<F extends Fields, Inherited = unknown>
  extends ElementStatics<F, Props<F> & Entity & Inherited>,
    WithPreInvariants {}
export interface ProjectionClass<F extends Fields, Inherited = unknown> extends ElementStatics<F, Props<F> & Projection & Inherited> {}
export interface ValueObjectClass<F extends Fields, Inherited = unknown>
  extends ElementStatics<F, Values<F> & ValueObject<Changes<F>> & Inherited>,
    WithInvariants {}
export interface EventClass<F extends Fields, Inherited = unknown>
  extends ElementStatics<F, Values<F> & EventMessage<Values<F>> & Inherited> {}
export interface CommandClass<F extends Fields, Result, Inherited = unknown>
  extends ElementStatics<F, Values<F> & CommandMessage<Result, Values<F>> & Inherited> {}
export interface QueryClass<F extends Fields, Result> extends ElementStatics<F, Values<F> & QueryMessage<Result, Values<F>>> {}

/** Values of a fact event: those of the aggregate, with children as plain data; only one that is always there is sure to be. */
export type FactValues<F extends Fields> = { readonly [Name in keyof F]: FactValue<F[Name]['~prop']> } & {}
type FactValue<Value> = Value extends readonly Entity[] ? readonly JsonObject[] : Value extends Entity ? JsonObject : Value

export type FactEventClass<F extends Fields> = new (values: Partial<FactValues<F>>) => FactValues<F> & EventMessage<FactValues<F>>
