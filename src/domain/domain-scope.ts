import type { Reading } from '../handlers/message-reader.ts'
import type { ModelScope } from '../model/scope.ts'
import type { Ids } from '../util/runtime/ids.ts'
import type { Registry } from './registry.ts'
import { MODEL_KINDS } from './registry.ts'

/** What a domain adds to the scope of its elements: the ways from an element back to its domain, and from a message's type to its element. */
export interface DomainScope extends ModelScope {
  /** The domain itself. */
  readonly domain: object
  ofType(type: string): Reading | undefined
}

export function domainScope(domain: object, registry: Registry, ids: Ids, carryEvent: ModelScope['carryEvent']): DomainScope {
  const scope: DomainScope = {
    domain,
    domainName: registry.domainName,
    applying: undefined,
    newIdentity: () => scope.applying?.nextIdentity() ?? ids.next(),
    report: (problem) => registry.report(problem),
    carryEvent,
    target: (ref, kinds = MODEL_KINDS) => registry.resolve(ref, kinds),
    ofType: (type) => registry.ofType(type),
  }
  return scope
}
