import { IncorrectUsageError } from '../errors.ts'
import { atomically, recordChange } from './atomic.ts'
import { definitionOf } from './definition.ts'
import type { Slots, Tracked } from './entity-state.ts'
import { describeEntity, identityOf, slotOf, stateOf } from './entity-state.ts'
import type { FieldSpec } from './field-spec.ts'

/** Makes `child` part of `owner`'s aggregate. Undone with the change that it is part of. */
export function attach(child: Tracked, owner: Tracked): void {
  const state = stateOf(child)
  if (state.owner !== undefined && state.owner !== owner) {
    throw new IncorrectUsageError(
      `${describeEntity(child)} belongs to ${describeEntity(state.owner)} already. Remove it there first, or make a new one with its values.`,
    )
  }
  const before = state.owner
  recordChange(owner, () => {
    state.owner = before
    moveToRoot(child, before === undefined ? child : stateOf(before).root)
  })
  state.owner = owner
  moveToRoot(child, stateOf(owner).root)
  fillParentReference(child, owner)
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
}

/** Assigns a has-one field: another child replaces the one there, undefined removes it. */
export function assignOne(owner: Tracked, name: string, next: Tracked | undefined): void {
  const slots = owner as unknown as Slots
  const slot = slotOf(name)
  const before = slots[slot] as Tracked | undefined
  if (before === next) return
  atomically(owner, () => {
    recordChange(owner, () => {
      slots[slot] = before
    })
    if (before !== undefined) detach(before, owner)
    if (next !== undefined) attach(next, owner)
    slots[slot] = next
  }, [])
}

/** All children of an entity, field by field. */
export function* childrenOf(entity: Tracked): Generator<readonly [name: string, spec: FieldSpec, children: readonly Tracked[]]> {
  for (const [name, spec] of stateOf(entity).definition.associations) {
    const value = (entity as unknown as Slots)[slotOf(name)]
    if (spec.kind === 'hasMany') yield [name, spec, (value as { readonly intact: readonly Tracked[] }).intact]
    else yield [name, spec, value === undefined ? [] : [value as Tracked]]
  }
}

function moveToRoot(entity: Tracked, root: Tracked): void {
  stateOf(entity).root = root
  for (const [, , children] of childrenOf(entity)) for (const child of children) moveToRoot(child, root)
}

/** A child's reference to its own parent is kept by the framework. */
function fillParentReference(child: Tracked, owner: Tracked): void {
  const { definition } = stateOf(child)
  for (const [name, spec] of definition.fields) {
    if (spec.kind !== 'reference' || spec.rule.target === undefined) continue
    const target = definition.scope.target(spec.rule.target)
    if (target === definitionOf(owner.constructor)) (child as unknown as Slots)[slotOf(name)] = identityOf(owner)
  }
}
