import { ConfigurationError, IncorrectUsageError } from '../errors.ts'
import type { JsonObject } from '../util/json.ts'
import type { Apply } from './applies.ts'
import { atomically, isAsync, recordChange, refuseAsync } from './atomic.ts'
import type { Invariant } from './definition.ts'
import { definitionOf, definitionOfInstance } from './definition.ts'
import type { Constructor } from './element-ref.ts'
import { describeEntity, identityOf, stateOf, Tracked } from './entity-state.ts'
import { inGroup, raiseAndApply } from './event-sourcing.ts'
import type { InvariantOptions } from './invariants.ts'
import { plainOf } from './plain-form.ts'
import { MessageBase } from './record-base.ts'
import { transitionRefusal } from './set-field.ts'
import { standardSchemaOf } from './standard.ts'

const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** What aggregates, entities and projections have in common. User classes extend a class that was generated on top of this. */
export abstract class EntityBase extends Tracked {
  /** A rule that must hold after every change; `check` returns false or throws `ValidationError` when it does not. */
  static invariant<E extends object>(
    this: Constructor<E>,
    message: string,
    check: (entity: E) => boolean | undefined | void,
    options: InvariantOptions = {},
  ): void {
    definitionOf(this)?.addInvariant('post', invariantOf(message, check, options, 'INVARIANT_POST_FAILED'))
  }

  /** A rule that must hold before any change is made; not checked at construction. */
  static preInvariant<E extends object>(
    this: Constructor<E>,
    message: string,
    check: (entity: E) => boolean | undefined | void,
    options: InvariantOptions = {},
  ): void {
    definitionOf(this)?.addInvariant('pre', invariantOf(message, check, options, 'INVARIANT_PRE_FAILED'))
  }

  /** What an event does to the state of an event-sourced aggregate, when it is raised and whenever the aggregate is read. */
  static applies<E extends object>(this: Constructor<E>, event: unknown, apply: Apply): void {
    definitionOf(this)?.applies.add({ event, definition: definitionOf(event), apply })
  }

  static get '~standard'(): unknown {
    return standardSchemaOf(this)
  }

  get _id(): string | undefined {
    return identityOf(this)
  }

  /** -1 until first saved, 0 after that, one more with every save; of an event-sourced aggregate the position of its last event, stored or not. */
  get _version(): number {
    const { version, sourcing, events } = stateOf(this)
    return sourcing === undefined ? version : version + events.length
  }

  /** Events raised and not yet stored, oldest first. */
  get _events(): readonly object[] {
    return Object.freeze([...stateOf(stateOf(this).root).events])
  }

  /** The entity or aggregate that this one is part of. */
  get _owner(): object | undefined {
    return stateOf(this).owner
  }

  get _root(): object {
    return stateOf(this).root
  }

  /** Records that something happened, for everybody who handles the event once the change is committed. */
  raise(event: object): void {
    const { root } = stateOf(this)
    const state = stateOf(root)
    if (state.definition.kind !== 'aggregate') {
      throw new IncorrectUsageError(
        `${describeEntity(this)} cannot raise events: it is not part of an aggregate yet. Add it to its aggregate first.`,
      )
    }
    const definition = definitionOfInstance(event)
    if (definition?.kind !== 'event')
      throw new IncorrectUsageError(`${state.definition.name}.raise() takes an event, an instance of a class made by domain.event().`)
    const { aggregate } = definition
    if (aggregate === undefined || !state.definition.isA(aggregate)) {
      throw new ConfigurationError({
        code: 'EVENT_OF_OTHER_AGGREGATE',
        element: definition.name,
        message: `is not an event of ${state.definition.name}, but of ${aggregate?.name ?? 'no aggregate'}.`,
        fix: `Declare it with { partOf: '${state.definition.name}' }, or raise an event of ${state.definition.name}.`,
      })
    }
    atomically(this, raiseInside, [event as MessageBase])
  }

  /** Runs `body` as one atomic change: rules across fields are checked once, at its end. */
  atomic<Result>(body: () => Result): Result {
    if (isAsync(body)) refuseAsync('What atomic() was called with')
    const root = stateOf(stateOf(this).root)
    const { sourcing } = root
    return atomically(this, sourcing === undefined ? body : () => inGroup(root, sourcing, body), [])
  }

  /** Whether a status field may go to this state now. True for fields without transitions. */
  canTransitionTo(field: string, state: string): boolean {
    const transitions = stateOf(this).definition.fields.get(field)?.rule.transitions
    const from = (this as unknown as Record<string, string | undefined>)[field]
    return transitions === undefined || from === undefined || transitionRefusal(transitions, from, state) === undefined
  }

  /** Entities are equal when they are of one kind and have the same identity. */
  equals(other: unknown): boolean {
    if (this === other) return true
    if (!Tracked.is(other) || stateOf(other).definition !== stateOf(this).definition) return false
    const id = identityOf(this)
    return id !== undefined && id === identityOf(other)
  }

  /** Plain, JSON-able data: dates as ISO text, children as lists of the same. */
  toObject(): JsonObject {
    return plainOf(stateOf(this).definition, this)
  }

  toJSON(): JsonObject {
    return this.toObject()
  }

  override toString(): string {
    return describeEntity(this)
  }

  [INSPECT](_depth: number, _options: unknown, inspect: (value: unknown) => string): string {
    return `${this.constructor.name} ${inspect(this.toObject())}`
  }
}

function raiseInside(this: Tracked, event: MessageBase): void {
  if (MessageBase.carrier(event) !== undefined)
    throw new IncorrectUsageError(`${event.constructor.name} was raised already. Make a new event for each thing that happens.`)
  const state = stateOf(stateOf(this).root)
  if (state.sourcing !== undefined) {
    raiseAndApply(state, state.sourcing, event)
    return
  }
  const { events } = state
  recordChange(this, () => {
    state.events = events
    MessageBase.carry(event, undefined)
  })
  state.definition.scope.carryEvent({ event, aggregate: state.entity, nextVersion: state.version + 1, sequence: events.length + 1 })
  state.events = [...events, event]
}

function invariantOf(message: string, check: unknown, options: InvariantOptions, code: string): Invariant {
  return { message, check: check as Invariant['check'], field: options.field, code: options.code ?? code }
}
