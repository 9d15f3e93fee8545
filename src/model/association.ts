import { IncorrectUsageError } from '../errors.ts'
import { atomically, joinChangeOf, recordChange, stayInChange } from './atomic.ts'
import { definitionOf } from './definition.ts'
import type { Slots, Tracked } from './entity-state.ts'
import { describeEntity, identityOf, slotOf, stateOf } from './entity-state.ts'
import type { FieldSpec } from './field-spec.ts'

/** Makes `child` part of `owner`'s aggregate. Undone with the change that it is part of. */
export function attach(child: Tracked, owner: Tracked): void {
  const state = stateOf(child)
  if (state.owner !== undefined) {
    throw new IncorrectUsageError(
      `${describeEntity(child)} belongs to ${describeEntity(state.owner)} already. Remove it there first, or make a new one with its values.`,
    )
  }
  state.definition.refuseShadowedFields(child)
  const slots = child as unknown as Slots
  const references = referencesTo(owner, child).map((slot) => [slot, slots[slot]] as const)
  recordChange(owner, () => {
    state.owner = undefined
    moveToRoot(child, child)
    for (const [slot, before] of references) slots[slot] = before
  })
  state.owner = owner
  moveToRoot(child, stateOf(owner).root)
  for (const [slot] of references) slots[slot] = identityOf(owner)
}

/** Takes `child` out of `owner`'s aggregate. */
export function detach(child: Tracked, owner: Tracked): void {
  const state = stateOf(child)
  const { root } = stateOf(owner)
  recordChange(owner, () => {
    state.owner = owner
    moveToRoot(child, root)
  })
  state.owner = undefined
  moveToRoot(child, child)
  stayInChange(child, root)
}

/** Assigns a has-one field: another child replaces the one there, undefined removes it. */
export function assignOne(owner: Tracked, name: string, next: Tracked | undefined): void {
  const slots = owner as unknown as Slots
  const slot = slotOf(name)
  const before = slots[slot] as Tracked | undefined
  if (before === next) return
  if (next !== undefined) joinChangeOf(next, owner)
  atomically(owner, () => {
    recordChange(owner, () => {
      slots[slot] = before
    })
    if (before !== undefined) detach(before, owner)
    if (next !== undefined) attach(next, owner)
    slots[slot] = next
  }, [])
}

type ChildrenOfField = readonly [name: string, spec: FieldSpec, children: readonly Tracked[]]

/** All children of an entity, field by field. */
export function childrenOf(entity: Tracked): readonly ChildrenOfField[] {
  const { associations } = stateOf(entity).definition
  if (associations.length === 0) return NONE
  return associations.map(([name, spec]) => {
    const value = (entity as unknown as Slots)[slotOf(name)]
    if (spec.kind === 'hasMany') return [name, spec, (value as { readonly intact: readonly Tracked[] }).intact]
    return [name, spec, value === undefined ? [] : [value as Tracked]]
  })
}

const NONE: readonly ChildrenOfField[] = []

function moveToRoot(entity: Tracked, root: Tracked): void {
  stateOf(entity).root = root
  for (const [, , children] of childrenOf(entity)) for (const child of children) moveToRoot(child, root)
}

/** The slots of a child's references to its own parent, which the framework keeps. */
function referencesTo(owner: Tracked, child: Tracked): string[] {
  const { definition } = stateOf(child)
  const parent = definitionOf(owner.constructor)
  const references: string[] = []
  for (const [name, spec] of definition.fields)
    if (spec.kind === 'reference' && spec.rule.target !== undefined && definition.scope.target(spec.rule.target) === parent)
      references.push(slotOf(name))
  return references
}
