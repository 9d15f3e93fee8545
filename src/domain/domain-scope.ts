import type { ElementDefinition } from '../model/definition.ts'
import type { ModelScope } from '../model/scope.ts'

/** What a domain adds to the scope of its elements: the ways from an element back to its domain, and from a message's type to its element. */
export interface DomainScope extends ModelScope {
  /** The domain itself. */
  readonly domain: object
  ofType(type: string): ElementDefinition | undefined
}
