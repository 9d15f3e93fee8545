import { ConfigurationError } from '../../errors.ts'
import type { ElementDefinition } from '../../model/definition.ts'
import type { FieldSpec } from '../../model/field-spec.ts'

/** An element with everything that is stored inside it: entities that it contains, and value objects that it embeds. */
export interface Closure {
  /** The element itself first. */
  readonly parts: readonly ElementDefinition[]
  /** Ways that lead from an element back to it, which comes first and last. */
  readonly cycles: readonly (readonly ElementDefinition[])[]
  /** Whether all fields name what they may name. */
  readonly isComplete: boolean
}

/** What is in lists and dicts is stored as data and not followed: a tree of values is no cycle there. */
export function closureOf(root: ElementDefinition): Closure {
  const parts = new Set<ElementDefinition>()
  const cycles: ElementDefinition[][] = []
  let isComplete = true
  visit(root, [])
  return { parts: [...parts], cycles, isComplete }

  function visit(element: ElementDefinition, path: readonly ElementDefinition[]): void {
    if (path.includes(element)) {
      cycles.push([...path.slice(path.indexOf(element)), element])
      return
    }
    if (parts.has(element)) return
    parts.add(element)
    for (const spec of element.fields.values()) {
      if (!spec.isAssociation && spec.kind !== 'valueObject') continue
      const target = targetOf(element, spec)
      const fits = target !== undefined && !target.isAbstract && target.kind === (spec.isAssociation ? 'entity' : 'valueObject')
      if (fits) visit(target, [...path, element])
      else isComplete = false
    }
  }
}

/** The entities of an aggregate, without itself. */
export function entitiesOf(aggregate: ElementDefinition): readonly ElementDefinition[] {
  return closureOf(aggregate).parts.filter(({ kind }) => kind === 'entity')
}

/** The element that a field embeds, contains or refers to, if it names one: asked of the domain that the element belongs to. */
export function targetOf(element: ElementDefinition, { rule }: FieldSpec): ElementDefinition | undefined {
  if (rule.target === undefined) return undefined
  try {
    return element.scope.target(rule.target) as ElementDefinition
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return undefined
  }
}
