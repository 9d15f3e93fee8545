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

function seen(entity: Tracked): unknown {
  const { owner, root, events, change, ...state } = stateOf(entity)
  return {
    entity: identity(entity),
    data: (entity as unknown as { toObject(): unknown }).toObject(),
    owner: identity(owner),
    root: identity(root),
    events: events.map((event) => [identity(event), messageOf(event)?.id]),
    children: [...childrenOf(entity)].map(([name, , children]) => [name, children.map(seen)]),
    isChanging: change !== undefined,
    state: [state.constructing, state.stored, state.dirty, state.order, state.version, state.phase, state.checking, state.readOnly],
  }
}
