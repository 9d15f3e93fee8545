import type { ElementDefinition } from '../model/definition.ts'
import type { JsonObject } from '../util/json.ts'

/** Makes of an older payload of a message the payload of a newer version. Pure: it gets what was stored, and gives something new. */
export type Upcast = (payload: JsonObject) => JsonObject

export interface Upcaster {
  /** The event or command whose payloads it changes. */
  readonly message: ElementDefinition
  readonly from: number
  readonly to: number
  readonly upcast: Upcast
}

/**
 * The steps from a version to a later one; undefined where there is none at some point. The first of two from one version counts, and what goes in circles ends:
 * both are mistakes that `init()` reports.
 */
export function chainFrom(upcasters: readonly Upcaster[], version: number, target: number): readonly Upcaster[] | undefined {
  const steps: Upcaster[] = []
  for (let at = version; at !== target; ) {
    const step = upcasters.find(({ from }) => from === at)
    if (step === undefined || steps.includes(step)) return undefined
    steps.push(step)
    at = step.to
  }
  return steps
}
