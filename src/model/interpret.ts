/**
 * What `compile.ts` does, without making code from text: constructors and accessors go through the fields one by one, for each instance anew.
 * Several times slower, and the same in everything that can be observed.
 */
import type { Issue } from '../errors.ts'
import { startBlank } from './blank.ts'
import { ChildList } from './child-list.ts'
import { addUnknown, completeEntity, completeRecord, completeRestored, inputOf } from './construction.ts'
import { ElementDefinition } from './definition.ts'
import type { Constructor } from './element-ref.ts'
import type { Slots, Tracked } from './entity-state.ts'
import { slotOf } from './entity-state.ts'
import type { FieldSpec } from './field-spec.ts'
import { prepareClass } from './prepare-class.ts'
import { Restored } from './restored.ts'
import { setField } from './set-field.ts'

type Base = new (...args: never[]) => object

/** Makes the class of an entity-like element: values in slots, accessors that make every assignment an atomic change. */
export function interpretEntity(definition: ElementDefinition, base: Base): Constructor {
  const cls = interpret(definition, base, (entity: Slots, input, hasDefaults) => {
    if (input instanceof Restored) {
      for (const [name, spec] of definition.fields)
        entity[slotOf(name)] = spec.isAssociation ? emptyAssociation(entity, name, spec) : input.values[name]
      completeRestored(entity as unknown as Tracked, definition, input)
      return
    }
    if (definition.isEventSourced) {
      startBlank(entity as unknown as Tracked, definition, input, hasDefaults, (name, spec) => emptyAssociation(entity, name, spec))
      return
    }
    const given = objectOf(definition, input)
    const issues = collect(definition, entity, given, slotOf)
    completeEntity(entity as unknown as Tracked, definition, given, issues, hasDefaults)
  })
  for (const [name, spec] of definition.fields) {
    const slot = slotOf(name)
    Object.defineProperty(cls.prototype, name, {
      configurable: true,
      get(this: Slots) {
        return this[slot]
      },
      set(this: Tracked, value: unknown) {
        setField(this, spec, name, slot, value)
      },
    })
  }
  return cls
}

/** Makes the class of a record: values as own properties, frozen when complete. */
export function interpretRecord(definition: ElementDefinition, base: Base): Constructor {
  return interpret(definition, base, (record: Slots, input, hasDefaults) => {
    if (input instanceof Restored) {
      for (const name of definition.fields.keys()) record[name] = input.values[name]
      Object.freeze(record)
      input.taken = record
      return
    }
    const issues = collect(definition, record, objectOf(definition, input), (name) => name)
    completeRecord(record, definition, issues, hasDefaults)
  })
}

function interpret(
  definition: ElementDefinition,
  base: Base,
  construct: (element: Slots, input: unknown, hasDefaults: boolean) => void,
): Constructor {
  const Parent = base as unknown as new (definition: unknown) => Slots
  if (definition.isAbstract) {
    // Its constructor only runs on behalf of an element that extends it, whose definition it is handed.
    return class Generated extends Parent {
      constructor(input: unknown) {
        const isExtended = input instanceof ElementDefinition
        super(isExtended ? input : definition)
        if (!isExtended) prepareClass(definition, new.target as unknown as Constructor)
      }
    }
  }
  return class Generated extends Parent {
    constructor(input: unknown) {
      super(definition)
      construct(this, input, prepareClass(definition, new.target as unknown as Constructor).hasDefaults)
    }
  }
}

/** Puts the values of the input, and defaults for those it lacks, where `place` says. Gives the issues, null when there is none. */
function collect(definition: ElementDefinition, element: Slots, input: Slots, place: (name: string) => string): Issue[] | null {
  const issues: Issue[] = []
  let given = 0
  for (const [name, spec] of definition.fields) {
    const value = input[name]
    if (value !== undefined) given += 1
    if (spec.isAssociation) element[place(name)] = emptyAssociation(element, name, spec)
    else if (value === undefined && isGenerated(spec)) element[place(name)] = definition.scope.newIdentity()
    else element[place(name)] = spec.admit(value, name, issues)
  }
  let keys = 0
  for (const _ in input) keys += 1
  const found = issues.length === 0 ? null : issues
  return keys === given ? found : addUnknown(definition, input, found)
}

function objectOf(definition: ElementDefinition, input: unknown): Slots {
  return (typeof input === 'object' && input !== null ? input : inputOf(definition, input)) as Slots
}

function isGenerated(spec: FieldSpec): boolean {
  return spec.kind === 'auto' && !spec.hasDefault && spec.settings.increment !== true
}

function emptyAssociation(entity: object, name: string, spec: FieldSpec): ChildList | undefined {
  return spec.kind === 'hasMany' ? new ChildList(entity as Tracked, name, spec) : undefined
}
