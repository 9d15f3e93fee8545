import type { Issue } from '../errors.ts'
import { attach } from './association.ts'
import { assertInvariants, completeAtomically } from './atomic.ts'
import type { ChildList } from './child-list.ts'
import type { ElementDefinition } from './definition.ts'
import type { Slots, Tracked } from './entity-state.ts'
import { slotOf, stateOf } from './entity-state.ts'
import type { FieldSpec } from './field-spec.ts'
import { checkOwnInvariants } from './invariants.ts'
import type { Restored } from './restored.ts'

interface WithDefaults {
  defaults(): void
}

/** An element without required fields can be made from nothing; anything that is not an object is refused. */
export function inputOf(definition: ElementDefinition, input: unknown): object {
  if (input === undefined || input === null) return {}
  throw definition.invalid([{ path: '_entity', code: 'TYPE', message: `must be made from an object, not from ${typeof input}` }])
}

export function addMissing(issues: Issue[], path: string): undefined {
  issues.push({ path, code: 'REQUIRED', message: 'is required' })
  return undefined
}

/** Called when the input has more keys than were taken: some are unknown, or merely undefined. */
export function addUnknown(definition: ElementDefinition, input: object, issues: Issue[] | null): Issue[] | null {
  const unknown = Object.entries(input).filter(([name, value]) => value !== undefined && !definition.fields.has(name))
  if (unknown.length === 0) return issues
  const known = [...definition.fields.keys()].join(', ')
  const found = unknown.map(([path]) => ({
    path,
    code: 'UNKNOWN_FIELD',
    message: `is not a field of ${definition.name}, which has ${known}`,
  }))
  return [...(issues ?? []), ...found]
}

/** The end of a record's construction: reports every problem at once, runs `defaults()`, then freezes. */
export function completeRecord(record: object, definition: ElementDefinition, issues: Issue[] | null, hasDefaults: boolean): void {
  if (issues !== null && issues.length > 0) throw definition.invalid(issues)
  if (hasDefaults) {
    ;(record as WithDefaults).defaults()
    admitHookValues(record as Slots, definition)
  }
  Object.freeze(record)
  if (definition.invariants('post').length === 0) return
  const broken: Issue[] = []
  checkOwnInvariants(definition, record, 'post', '', broken)
  if (broken.length > 0) throw definition.invalid(broken)
}

/** What `defaults()` put into a record keeps the fields' rules too, or the record would neither be valid nor deeply frozen. */
function admitHookValues(record: Slots, definition: ElementDefinition): void {
  const issues: Issue[] = []
  for (const [name, spec] of definition.fields) record[name] = spec.admitAssigned(record[name], name, issues)
  const all = addUnknown(definition, record, issues)
  if (all !== null && all.length > 0) throw definition.invalid(all)
}

/** The end of an entity's construction: takes the children, runs `defaults()` and the invariants. A failure leaves the given children free. */
export function completeEntity(
  entity: Tracked,
  definition: ElementDefinition,
  input: object,
  issues: Issue[] | null,
  hasDefaults: boolean,
): void {
  const state = stateOf(entity)
  const all = issues ?? (definition.associations.length === 0 ? NO_ISSUES : [])
  const admitted = definition.associations.length === 0 ? NO_CHILDREN : admitChildren(entity, definition, input as Slots, all)
  if (all.length > 0) throw definition.invalid(all)
  if (admitted.length === 0 && !hasDefaults && definition.invariants('post').length === 0) {
    state.constructing = false
    return
  }
  if (admitted.length === 0 && !hasDefaults) assertInvariants(state, 'post')
  else {
    const children = admitted.flatMap(([, given]) => given)
    completeAtomically(state, children, () => {
      for (const [name, given] of admitted) put(entity, name, given)
      if (hasDefaults) (entity as unknown as WithDefaults).defaults()
    })
  }
  state.constructing = false
}

/** The end of restoring an entity from storage: its children, restored before it, become its own. */
export function completeRestored(entity: Tracked, definition: ElementDefinition, restored: Restored): void {
  const state = stateOf(entity)
  for (const [name, spec] of definition.associations) put(entity, name, childrenIn(restored.values[name], spec))
  state.constructing = false
  state.readOnly = 'its constructor runs again whenever it is read from storage. Set initial values in defaults().'
  restored.taken = entity
  restored.guard = state
}

const NO_ISSUES: Issue[] = []
const NO_CHILDREN: readonly (readonly [string, readonly Tracked[]])[] = []

function admitChildren(entity: Tracked, definition: ElementDefinition, input: Slots, issues: Issue[]): [string, readonly Tracked[]][] {
  const admitted: [string, readonly Tracked[]][] = []
  const taken = new Set<Tracked>()
  for (const [name, spec] of definition.associations) {
    const given = input[name]
    if (given === undefined || given === null) continue
    const children =
      spec.kind === 'hasMany' ? listOf(entity, name).admit(given, issues) : childrenIn(spec.rule.coerce(given, name, issues), spec)
    if (children === undefined) continue
    for (const [index, child] of children.entries()) {
      if (stateOf(child).owner !== undefined || taken.has(child))
        issues.push({
          path: spec.kind === 'hasMany' ? `${name}[${index}]` : name,
          code: 'CHILD_OF_OTHER',
          message: 'belongs to another object already, or to another field',
        })
      taken.add(child)
    }
    admitted.push([name, children])
  }
  return admitted
}

function childrenIn(value: unknown, spec: FieldSpec): readonly Tracked[] {
  if (spec.kind === 'hasMany') return (value as readonly Tracked[] | undefined) ?? []
  return value === undefined ? [] : [value as Tracked]
}

function put(entity: Tracked, name: string, children: readonly Tracked[]): void {
  const current = (entity as unknown as Slots)[slotOf(name)]
  if (Array.isArray(current)) listOf(entity, name).become(children)
  else {
    const [child] = children
    if (child !== undefined) attach(child, entity)
    ;(entity as unknown as Slots)[slotOf(name)] = child
  }
}

function listOf(entity: Tracked, name: string): ChildList {
  return (entity as unknown as Slots)[slotOf(name)] as ChildList
}
