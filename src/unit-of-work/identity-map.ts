import type { ElementDefinition } from '../model/definition.ts'
import type { Tracked } from '../model/entity-state.ts'
import { identityOf, stateOf } from '../model/entity-state.ts'

/** The one instance that a unit of work has of each object, by kind and identity: two kinds may use the same identity. */
export class IdentityMap {
  // A unit of work meets few kinds: looking through them costs less than a map of maps does.
  readonly #kinds: { readonly definition: ElementDefinition; readonly byId: Map<string, Tracked> }[] = []

  get(definition: ElementDefinition, id: string): Tracked | undefined {
    return this.#ofKind(definition)?.get(id)
  }

  /** Whether there is any instance of this kind. */
  has(definition: ElementDefinition): boolean {
    return (this.#ofKind(definition)?.size ?? 0) > 0
  }

  /** Keeps the first instance: later ones never replace it. */
  put(entity: Tracked): Tracked {
    const { definition } = stateOf(entity)
    const id = identityOf(entity) as string
    const ofKind = this.#ofKind(definition)
    if (ofKind === undefined) {
      const byId = new Map<string, Tracked>()
      byId.set(id, entity)
      this.#kinds.push({ definition, byId })
      return entity
    }
    const known = ofKind.get(id)
    if (known !== undefined) return known
    ofKind.set(id, entity)
    return entity
  }

  forget(entity: Tracked): void {
    this.#ofKind(stateOf(entity).definition)?.delete(identityOf(entity) as string)
  }

  #ofKind(definition: ElementDefinition): Map<string, Tracked> | undefined {
    for (const kind of this.#kinds) if (kind.definition === definition) return kind.byId
    return undefined
  }
}
