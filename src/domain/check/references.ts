import { ConfigurationError } from '../../errors.ts'
import type { HandlerGroup } from '../../handlers/handler-group.ts'
import type { ElementDefinition, ElementKind } from '../../model/definition.ts'
import type { ElementRef } from '../../model/element-ref.ts'
import type { Registry } from '../registry.ts'
import { kindName, oneOf, withArticle } from './kind-names.ts'
import type { Report } from './problem-log.ts'

/** One place where an element names another. */
export interface Reference {
  /** Who names it, for messages. */
  readonly element: string
  /** By what: `partOf`, `hasMany`. */
  readonly via: string
  readonly ref: unknown
  /** What it must be. */
  readonly kinds: readonly ElementKind[]
  /** Other kinds that may bear the same name, where a name cannot say which is meant. */
  readonly among?: readonly ElementKind[]
  /** The code when it is something else. */
  readonly code: string
  readonly allowsAbstract?: boolean
  readonly allowsForeign?: boolean
}

/** The element that a reference means. Reports what is wrong with it, and gives nothing then. */
export function lookUp(registry: Registry, reference: Reference, report: Report): ElementDefinition | undefined {
  const { element, via, ref, kinds, among = kinds, code } = reference
  const found = attempt(registry, ref, among, (problem) =>
    report({ ...problem, element, message: `names ${problem.element} in ${via}, which ${problem.message}` }),
  )
  if (found === undefined) return undefined
  const say = (problem: string, message: string, fix: string): undefined =>
    void report({ code: problem, element, message: `names ${found.name} in ${via}, which ${message}`, fix })
  if (!kinds.includes(found.kind)) return say(code, `is ${withArticle(kindName(found.kind))}.`, `Name ${oneOf(kinds)} there.`)
  if (!registry.has(found) && reference.allowsForeign !== true) {
    return say(
      'ELEMENT_FOREIGN',
      `belongs to the domain ${found.scope.domainName}.`,
      `Name ${oneOf(kinds)} of the domain ${registry.domainName}.`,
    )
  }
  if (found.isAbstract && reference.allowsAbstract !== true) {
    return say('ELEMENT_ABSTRACT', 'is abstract: there is never one of it.', `Name ${oneOf(kinds)} that extends it.`)
  }
  return found
}

/** The same where mistakes are reported elsewhere. */
export function findElement(registry: Registry, ref: unknown, kinds?: readonly ElementKind[]): ElementDefinition | undefined {
  const found = ref === undefined ? undefined : attempt(registry, ref, kinds, () => undefined)
  return found === undefined || kinds === undefined || kinds.includes(found.kind) ? found : undefined
}

/** An event of another domain can be handled once it is registered here. */
export function checkExternal(registry: Registry, group: HandlerGroup, event: ElementDefinition, report: Report): void {
  if (registry.has(event) || registry.isExternal(event)) return
  report({
    code: 'ELEMENT_FOREIGN',
    element: group.name,
    message: `handles ${event.name}, which belongs to the domain ${event.scope.domainName}.`,
    fix: `Call domain.registerExternalEvent(${event.name}, '<its type string>').`,
  })
}

function attempt(
  registry: Registry,
  ref: unknown,
  kinds: readonly ElementKind[] | undefined,
  report: Report,
): ElementDefinition | undefined {
  try {
    return registry.resolve(ref as ElementRef, kinds)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    error.problems.forEach(report)
    return undefined
  }
}
