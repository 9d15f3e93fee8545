import { IncorrectUsageError, NotSupportedError } from '../errors.ts'
import { atomically, isAsync, refuseAsync } from './atomic.ts'
import type { ElementDefinition } from './definition.ts'
import type { Constructor } from './element-ref.ts'
import { EntityBase } from './entity-base.ts'
import type { Tracked } from './entity-state.ts'

type Method = (this: Tracked, ...args: readonly unknown[]) => unknown

const GENERATED = new WeakSet<object>()
const ATOMIC = new WeakSet<object>()

/** Marks a class that the framework made, whose prototype holds a field's accessors rather than behaviour. */
export function markGenerated(cls: Constructor): void {
  GENERATED.add(cls.prototype as object)
}

/** What constructors know of the class that an instance is made of. */
export interface PreparedClass {
  readonly cls: Constructor | undefined
  /** Whether it has a method `defaults`. Looking it up on each instance would cost as much as everything else that is done with it. */
  readonly hasDefaults: boolean
}

export const NOT_PREPARED: PreparedClass = { cls: undefined, hasDefaults: false }

const PREPARED = new WeakMap<Constructor, PreparedClass>()

/** Done once per class, when its first instance is made: refuses abstract elements, makes behaviour methods atomic. */
export function prepareClass(definition: ElementDefinition, cls: Constructor): PreparedClass {
  let prepared = PREPARED.get(cls)
  if (prepared === undefined) {
    prepare(definition, cls)
    prepared = { cls, hasDefaults: typeof (cls.prototype as { defaults?: unknown }).defaults === 'function' }
    PREPARED.set(cls, prepared)
  }
  return prepared
}

function prepare(definition: ElementDefinition, cls: Constructor): void {
  if (definition.isAbstract) {
    throw new NotSupportedError(
      `${definition.name} is abstract and cannot be instantiated. Declare an element with { extends: ${cls.name} }.`,
    )
  }
  definition.meet(cls)
  for (
    let prototype = cls.prototype as object;
    prototype !== EntityBase.prototype && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object
  ) {
    if (GENERATED.has(prototype)) continue
    refuseRedeclared(definition, prototype)
    if (cls.prototype instanceof EntityBase) makeAtomic(definition, prototype)
  }
}

function makeAtomic(definition: ElementDefinition, prototype: object): void {
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === 'constructor' || property.configurable !== true) continue
    if (typeof property.value === 'function')
      Object.defineProperty(prototype, name, { ...property, value: behaviour(definition, name, property.value as Method) })
    else if (property.set !== undefined)
      Object.defineProperty(prototype, name, {
        ...property,
        set: behaviour(definition, name, property.set as Method) as (value: unknown) => void,
      })
  }
}

function behaviour(definition: ElementDefinition, name: string, method: Method): Method {
  if (ATOMIC.has(method)) return method
  const atomic: Method = isAsync(method)
    ? () => refuseAsync(`${definition.name}.${name}()`)
    : function (...args) {
        return atomically(this, method, args)
      }
  Object.defineProperty(atomic, 'name', { value: name })
  ATOMIC.add(atomic)
  return atomic
}

function refuseRedeclared(definition: ElementDefinition, prototype: object): void {
  const redeclared = [...definition.fields.keys()].filter((name) => Object.hasOwn(prototype, name))
  if (redeclared.length > 0) {
    throw new IncorrectUsageError(
      `${definition.name} has a method or accessor named like its field ${redeclared.join(', ')}, which hides the field. Rename one of them.`,
    )
  }
}
