import type { Issue } from '../errors.ts'
import { inputOf } from './construction.ts'
import type { ElementDefinition } from './definition.ts'
import type { Slots, Tracked } from './entity-state.ts'
import { slotOf, stateOf } from './entity-state.ts'
import type { FieldSpec } from './field-spec.ts'

/**
 * The construction of an event-sourced element: its identity and the defaults of its fields, nothing else, since what no event says could not be read back.
 * Required fields are still empty and no rule is checked: both come with the first event.
 */
export function startBlank(
  entity: Tracked,
  definition: ElementDefinition,
  given: unknown,
  hasDefaults: boolean,
  emptyAssociation: (name: string, spec: FieldSpec) => unknown,
): void {
  const input = (typeof given === 'object' && given !== null ? given : inputOf(definition, given)) as Slots
  const slots = entity as unknown as Slots
  const issues: Issue[] = []
  for (const [name, spec] of definition.fields) {
    const value = name === definition.identifier ? identity(definition, spec, input[name], name, issues) : initial(spec, name, issues)
    slots[slotOf(name)] = spec.isAssociation ? emptyAssociation(name, spec) : value
  }
  for (const [path, value] of Object.entries(input)) {
    if (path === definition.identifier || value === undefined) continue
    const isField = definition.fields.has(path)
    issues.push({
      path,
      code: isField ? 'NOT_FROM_EVENT' : 'UNKNOWN_FIELD',
      message: isField
        ? 'comes from events only: construct with the identity, then raise the event that sets the rest'
        : `is not a field of ${definition.name}, which has ${[...definition.fields.keys()].join(', ')}`,
    })
  }
  if (issues.length > 0) throw definition.invalid(issues)
  if (hasDefaults) (entity as unknown as { defaults(): void }).defaults()
  stateOf(entity).constructing = false
}

/** One that is not made up may come with the first event instead. */
function identity(definition: ElementDefinition, spec: FieldSpec, given: unknown, name: string, issues: Issue[]): unknown {
  if (!spec.isAbsent(given)) return spec.admit(given, name, issues)
  if (spec.hasDefault) return spec.admit(undefined, name, issues)
  return spec.kind === 'auto' ? definition.scope.newIdentity() : undefined
}

function initial(spec: FieldSpec, name: string, issues: Issue[]): unknown {
  return spec.hasDefault ? spec.admit(undefined, name, issues) : undefined
}
