import type { Tracked } from '../model/entity-state.ts'
import { stateOf } from '../model/entity-state.ts'
import { factEventOf } from '../model/fact-event.ts'
import { plainOf } from '../model/plain-form.ts'

/** The fact event of an aggregate about to be saved, with its message; undefined where it has none. Not among the events of the aggregate, whose numbers it leaves alone. */
export function factOf(aggregate: Tracked): object | undefined {
  const { definition, version, sourcing, events } = stateOf(aggregate)
  const fact = factEventOf(definition)?.create(plainOf(definition, aggregate))
  if (fact !== undefined)
    definition.scope.carryEvent({
      event: fact,
      aggregate,
      nextVersion: version + (sourcing === undefined ? 1 : events.length),
      sequence: 1,
    })
  return fact
}
