import { childrenOf } from './association.ts'
import type { Slots, Tracked } from './entity-state.ts'
import { slotOf, stateOf } from './entity-state.ts'

/** Another instance with the same values and children. Values are immutable, so both may hold the same ones. */
export function copyOf(entity: Tracked): Tracked {
  const { definition } = stateOf(entity)
  const slots = entity as unknown as Slots
  const values: Record<string, unknown> = {}
  for (const [name, spec] of definition.fields) if (!spec.isAssociation) values[name] = slots[slotOf(name)]
  for (const [name, spec, children] of childrenOf(entity)) {
    const copies = children.map(copyOf)
    values[name] = spec.kind === 'hasMany' ? copies : copies[0]
  }
  return definition.restore(values) as Tracked
}
