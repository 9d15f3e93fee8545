import type { Domain } from '../domain/domain.ts'
import type { DomainScope } from '../domain/domain-scope.ts'
import { IncorrectUsageError } from '../errors.ts'
import type { ElementDefinition, ElementKind } from '../model/definition.ts'
import { definitionOf } from '../model/definition.ts'

export function scopeOf(definition: ElementDefinition): DomainScope {
  return definition.scope as DomainScope
}

/** The domain that an element was declared in. */
export function domainOf(definition: ElementDefinition): Domain {
  return scopeOf(definition).domain as Domain
}

/** The definition of an element class of one kind. `caller` begins the message when it is something else. */
export function definitionOfKind(cls: unknown, kind: ElementKind, caller: string): ElementDefinition {
  const definition = definitionOf(cls)
  if (definition?.kind === kind) return definition
  const given = definition === undefined ? 'something that is no element' : `${definition.name}, which is a ${definition.kind}`
  throw new IncorrectUsageError(`${caller} takes a class made by domain.${kind}(), not ${given}.`, { code: 'WRONG_ELEMENT' })
}
