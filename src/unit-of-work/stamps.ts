import { childrenOf } from '../model/association.ts'
import { assignSlot, changeRevocably } from '../model/atomic.ts'
import type { ElementDefinition } from '../model/definition.ts'
import type { Tracked } from '../model/entity-state.ts'
import { slotOf, stateOf } from '../model/entity-state.ts'
import { ImmutableDate } from '../util/immutable-date.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { Runtime } from './runtime.ts'

interface StampedField {
  readonly slot: string
  readonly isDay: boolean
  readonly always: boolean
}

const stampedFields = new WeakMap<ElementDefinition, readonly StampedField[]>()

/** Fills in the `autoNow` and `autoNowAdd` fields of everything about to be written; all fields of one save get the same instant. */
function stamp(root: Tracked, clock: Clock): void {
  let now: ImmutableDate | undefined
  visit(root, true)

  function visit(entity: Tracked, isWritten: boolean): void {
    const state = stateOf(entity)
    for (const field of isWritten ? fieldsOf(state.definition) : []) {
      if (!field.always && state.stored) continue
      now ??= ImmutableDate.of(clock.now())
      assignSlot(entity, field.slot, field.isDay ? now.toISOString().slice(0, 10) : now)
    }
    for (const [, , children] of childrenOf(entity)) {
      for (const child of children) visit(child, !stateOf(child).stored || stateOf(child).dirty)
    }
  }
}

/** Whether the element, or anything that it contains, may have fields to fill in. */
function mayHaveStamps(definition: ElementDefinition): boolean {
  return definition.associations.length > 0 || fieldsOf(definition).length > 0
}

function fieldsOf(definition: ElementDefinition): readonly StampedField[] {
  let fields = stampedFields.get(definition)
  if (fields === undefined) {
    fields = [...definition.fields]
      .filter(([, spec]) => spec.settings.autoNow === true || spec.settings.autoNowAdd === true)
      .map(([name, spec]) => ({ slot: slotOf(name), isDay: spec.kind === 'date', always: spec.settings.autoNow === true }))
    stampedFields.set(definition, fields)
  }
  return fields
}

/** Stamps what is about to be saved, and runs the enrichers of aggregates on it. Gives how to take that back; undefined when there is nothing to do. */
export function stampForSave(entity: Tracked, { aggregateEnrichers, clock }: Runtime): (() => void) | undefined {
  const { definition } = stateOf(entity)
  const enrichers = definition.kind === 'aggregate' ? aggregateEnrichers : []
  if (enrichers.length === 0 && !mayHaveStamps(definition)) return undefined
  return changeRevocably(entity, () => {
    stamp(entity, clock)
    for (const enrich of enrichers) enrich(entity as never)
  })
}
