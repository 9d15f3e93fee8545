import type { ElementDefinition } from '../model/definition.ts'
import type { Tracked } from '../model/entity-state.ts'
import { identityOf, stateOf } from '../model/entity-state.ts'

/** The one instance that a unit of work has of each object, by kind and identity: two kinds may use the same identity. */
export class IdentityMap {
  readonly #byKind = new Map<ElementDefinition, Map<string, Tracked>>()

  get(definition: ElementDefinition, id: string): Tracked | undefined {
    return this.#byKind.get(definition)?.get(id)
  }

  /** Whether there is any instance of this kind. */
  has(definition: ElementDefinition): boolean {
    return (this.#byKind.get(definition)?.size ?? 0) > 0
  }

  /** Keeps the first instance: later ones never replace it. */
  put(entity: Tracked): Tracked {
    const { definition } = stateOf(entity)
    const id = identityOf(entity) as string
    const ofKind = this.#byKind.get(definition) ?? new Map<string, Tracked>()
    this.#byKind.set(definition, ofKind)
    const known = ofKind.get(id)
    if (known !== undefined) return known
    ofKind.set(id, entity)
    return entity
  }

  forget(entity: Tracked): void {
    this.#byKind.get(stateOf(entity).definition)?.delete(identityOf(entity) as string)
  }
}
