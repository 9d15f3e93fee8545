import { IncorrectUsageError } from '../errors.ts'
import { canonicalJson } from '../util/canonical-json.ts'
import type { JsonObject } from '../util/json.ts'
import { deepEqual } from '../util/plain.ts'
import type { ElementDefinition, Invariant } from './definition.ts'
import { definitionOf } from './definition.ts'
import type { Constructor } from './element-ref.ts'
import type { InvariantOptions } from './invariants.ts'
import { plainOf } from './plain-form.ts'
import { standardSchemaOf } from './standard.ts'

/** What value objects and messages have in common: own properties, deeply frozen. */
abstract class RecordBase {
  static get '~standard'(): unknown {
    return standardSchemaOf(this)
  }

  /** Plain, JSON-able data: dates as ISO text, nested values as objects. */
  toObject(): JsonObject {
    return plainOf(definitionOf(this.constructor) as ElementDefinition, this)
  }
}

/** A value: no identity, equal when all its parts are. */
export abstract class ValueObjectBase extends RecordBase {
  /** A rule that every instance meets; `check` returns false or throws `ValidationError` when it does not. */
  static invariant<V extends object>(
    this: Constructor<V>,
    message: string,
    check: (value: V) => boolean | undefined | void,
    options: InvariantOptions = {},
  ): void {
    const code = options.code ?? 'VALUE_OBJECT_INVARIANT_FAILED'
    definitionOf(this)?.addInvariant('post', { message, check: check as Invariant['check'], field: options.field, code })
  }

  equals(other: unknown): boolean {
    if (this === other) return true
    const definition = definitionOf(this.constructor) as ElementDefinition
    if (!definition.isInstance(other)) return false
    return [...definition.fields.keys()].every((name) => deepEqual(this[name as never], other[name as never]))
  }

  /** The same text for equal values, and for no others of this kind: a key for maps and sets. */
  get hash(): string {
    return `${definitionOf(this.constructor)?.name} ${canonicalJson(this.toObject())}`
  }

  /** A new, validated value with these parts changed; undefined clears a part. One that has a default cannot be cleared. */
  replace(changes: object): this {
    const definition = definitionOf(this.constructor) as ElementDefinition
    const unknown = Object.keys(changes).filter((name) => !definition.fields.has(name))
    if (unknown.length > 0)
      throw new IncorrectUsageError(
        `${definition.name} has no field ${unknown.join(', ')}. It has ${[...definition.fields.keys()].join(', ')}.`,
      )
    // As in assignments: a part that always has a value does not take its default when it is cleared.
    const issues = Object.entries(changes)
      .filter(([name, value]) => (value === undefined || value === null) && definition.fields.get(name)?.hasDefault)
      .map(([path]) => ({ path, code: 'REQUIRED', message: 'is required' }))
    if (issues.length > 0) throw definition.invalid(issues)
    return definition.create({ ...this, ...changes }) as this
  }
}

/** An event, command or query: what happened, what is wanted, what is asked. */
export abstract class MessageBase extends RecordBase {
  /** The message that carries it, once it was raised, submitted or read. */
  #carrier: Carrier | undefined = undefined

  /** The values by field name. */
  get payload(): Readonly<Record<string, unknown>> {
    return Object.freeze({ ...this })
  }

  /** Messages are equal when they are the same message: of one kind, with one id; without an id, only the very same object. */
  equals(other: unknown): boolean {
    if (this === other) return true
    if (!(other instanceof MessageBase) || other.constructor !== this.constructor) return false
    return this.#carrier !== undefined && this.#carrier.id === other.#carrier?.id
  }

  static carrier(message: MessageBase): Carrier | undefined {
    return message.#carrier
  }

  static carry(message: MessageBase, carrier: Carrier | undefined): void {
    message.#carrier = carrier
  }
}

/** What the model needs to know of the message that carries an event or a command. */
export interface Carrier {
  readonly id: string
}
