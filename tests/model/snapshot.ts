import { messageOf } from 'proteanjs'
import { childrenOf } from '../../src/model/association.ts'
import type { Tracked } from '../../src/model/entity-state.ts'
import { stateOf } from '../../src/model/entity-state.ts'

/** Stands for one object, so that two snapshots are equal only when they saw the very same ones. */
const same = new WeakMap<object, symbol>()

function identity(object: object | undefined): symbol | undefined {
  if (object === undefined) return undefined
  const known = same.get(object) ?? Symbol(object.constructor.name)
  same.set(object, known)
  return known
}

/** Everything about entities that a user or the unit of work can see: to compare before and after. */
export function snapshot(...entities: readonly object[]): unknown {
  return entities.map((entity) => seen(entity as Tracked))
}

/** The part of it that is the user's: what a nested call that fails must leave as it was, while the outer change is still open. */
export function visible(...entities: readonly object[]): unknown {
  return entities.map((entity) => shown(entity as Tracked, visible))
}

function seen(entity: Tracked): unknown {
  const { constructing, stored, order, version, change, phase, checking, readOnly } = stateOf(entity)
  const state = [constructing, stored, order, version, phase, checking, readOnly]
  return { ...shown(entity, (...children) => children.map((child) => seen(child as Tracked))), state, isChanging: change !== undefined }
}

function shown(entity: Tracked, show: (...children: readonly object[]) => unknown): object {
  const { owner, root, events, dirty } = stateOf(entity)
  return {
    entity: identity(entity),
    data: (entity as unknown as { toObject(): unknown }).toObject(),
    owner: identity(owner),
    root: identity(root),
    events: events.map((event) => [identity(event), messageOf(event)?.id]),
    children: [...childrenOf(entity)].map(([name, , children]) => [name, show(...children)]),
    dirty,
  }
}
