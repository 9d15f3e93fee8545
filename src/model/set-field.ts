import type { Issue } from '../errors.ts'
import { IncorrectUsageError, InvalidOperationError } from '../errors.ts'
import { deepEqual } from '../util/plain.ts'
import { assignOne } from './association.ts'
import { assignSlot } from './atomic.ts'
import type { ChildList } from './child-list.ts'
import { definitionOf } from './definition.ts'
import type { Slots, Tracked } from './entity-state.ts'
import { describeEntity, stateOf } from './entity-state.ts'
import type { FieldSpec } from './field-spec.ts'

/** The general form of an assignment to a field: everything that the compiled short cut cannot decide. */
export function setField(entity: Tracked, spec: FieldSpec, name: string, slot: string, input: unknown): void {
  const { definition, constructing } = stateOf(entity)
  const before = (entity as unknown as Slots)[slot]
  const issues: Issue[] = []
  if (spec.kind === 'hasMany') {
    const children = (before as ChildList).admit(input, issues)
    if (children === undefined) throw definition.invalid(issues)
    ;(before as ChildList).become(children)
    return
  }
  let value = spec.admitAssigned(input, name, issues)
  const isReplayed = stateOf(stateOf(entity).root).sourcing?.replaying === true
  if (issues.length > 0) {
    if (!isReplayed) throw definition.invalid(issues)
    // It was admitted when the event was raised; the field's rules have changed since.
    value = input ?? undefined
  }
  if (spec.kind === 'hasOne') {
    assignOne(entity, name, value as Tracked | undefined)
    return
  }
  if (name === definition.identifier && before !== undefined && before !== value) {
    throw new InvalidOperationError(
      `The identifier of ${describeEntity(entity)} cannot be changed once set. Make a new ${definition.name} instead.`,
    )
  }
  if (spec.kind === 'reference' && value !== before) refuseParentReference(entity, spec, name)
  const { transitions } = spec.rule
  if (transitions !== undefined && before !== undefined && !constructing && !isReplayed) {
    const refusal = transitionRefusal(transitions, before as string, value as string | undefined)
    if (refusal !== undefined) throw definition.invalid([{ path: name, code: 'STATUS_TRANSITION', message: refusal }])
  }
  if (!deepEqual(before, value)) assignSlot(entity, slot, value)
}

/** Why a status may not go from one state to another, or undefined when it may. */
export function transitionRefusal(
  transitions: ReadonlyMap<string, readonly string[]>,
  from: string,
  to: string | undefined,
): string | undefined {
  const allowed = transitions.get(from) ?? []
  if (to !== undefined && allowed.includes(to)) return undefined
  if (to === undefined) return `cannot be cleared: '${from}' is left for another state only`
  if (from === to) return `cannot enter '${to}' again. If that should do nothing, list '${to}' among its own transitions`
  if (allowed.length === 0) return `cannot go from '${from}' to '${to}': '${from}' is a terminal state`
  return `cannot go from '${from}' to '${to}', only to ${allowed.map((state) => `'${state}'`).join(', ')}`
}

function refuseParentReference(entity: Tracked, spec: FieldSpec, name: string): void {
  const { owner, definition } = stateOf(entity)
  if (owner === undefined || spec.rule.target === undefined) return
  if (definition.scope.target(spec.rule.target) === definitionOf(owner.constructor)) {
    throw new IncorrectUsageError(
      `${definition.name}.${name} refers to its own parent and is kept by the framework. Move the child with remove() and add().`,
    )
  }
}
