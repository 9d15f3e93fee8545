import { IncorrectUsageError } from '../../errors.ts'
import type { HandlerGroup } from '../../handlers/handler-group.ts'
import { categoryOf, typeOf } from '../../handlers/message-factory.ts'
import { factCategory } from '../../messaging/stream-name.ts'
import type { ElementDefinition } from '../../model/definition.ts'
import { factEventOf } from '../../model/fact-event.ts'
import { normalizedName, snakeCase } from '../../util/names.ts'
import { nearest } from '../../util/nearest.ts'
import type { Registry } from '../registry.ts'
import { isDeclaredTwice } from './index-checks.ts'
import { kindName, withArticle } from './kind-names.ts'
import type { ProblemLog, Report } from './problem-log.ts'

/** Category of every event there is. */
const ALL = '$all'

/** What messages and streams are called: each name means one thing. */
export function checkMessageNames(registry: Registry, log: ProblemLog): void {
  const { domainName } = registry
  if (named(() => normalizedName(domainName)) === undefined) {
    log.general({
      code: 'DOMAIN_NAME_INVALID',
      element: domainName === '' ? 'The domain' : domainName,
      message: 'has a name after which no stream or type can be named.',
      fix: 'Give the domain a name with a letter from A to Z or a digit.',
    })
    return
  }
  const types = new Map<string, ElementDefinition>()
  const categories = new Map<string, ElementDefinition>()
  for (const [position, declaration] of registry.declarations.entries()) {
    const report = log.at(position)
    if (declaration.kind === 'external') checkType(types, declaration.event, declaration.type, report)
    if (declaration.kind !== 'element') continue
    const { element } = declaration
    checkElementName(registry, element, position, report)
    if (element.isAbstract) continue
    if (element.kind === 'event' || element.kind === 'command')
      checkType(
        types,
        element,
        named(() => typeOf(element)),
        report,
      )
    if (element.kind === 'aggregate') checkCategory(categories, element, report)
  }
}

function checkElementName(registry: Registry, element: ElementDefinition, position: number, report: Report): void {
  const first = registry.declarations.findIndex(
    (other) => other.kind === 'element' && other.element.kind === element.kind && other.element.name === element.name,
  )
  if (first === position) return
  report({
    code: 'ELEMENT_NAME_TAKEN',
    element: element.name,
    message: `is declared twice as ${withArticle(kindName(element.kind))}.`,
    fix: 'Give one of them another persistent name.',
  })
}

function checkType(types: Map<string, ElementDefinition>, element: ElementDefinition, type: string | undefined, report: Report): void {
  if (type === undefined) return
  const other = types.get(type)
  types.set(type, element)
  if (other === undefined || other === element || isDeclaredTwice(element, other)) return
  report({
    code: 'MESSAGE_TYPE_TAKEN',
    element: element.name,
    message: `is stored as ${type}, as ${withArticle(other.kind)} of that name is.`,
    fix: 'Give one of them another persistent name: messages are found by their type when they are read.',
  })
}

function checkCategory(categories: Map<string, ElementDefinition>, aggregate: ElementDefinition, report: Report): void {
  const { streamCategory: given } = aggregate.options
  if (typeof given === 'string' && given.includes('::')) {
    report({
      code: 'CATEGORY_INVALID',
      element: aggregate.name,
      message: `names its streams ${given}, with a domain.`,
      fix: `Write streamCategory: '${given.slice(given.lastIndexOf('::') + 2)}': the domain's name is put in front.`,
    })
    return
  }
  const category = named(() => categoryOf(aggregate))
  if (category === undefined) return
  const other = categories.get(category)
  categories.set(category, aggregate)
  if (other === undefined || other.name === aggregate.name) return
  report({
    code: 'CATEGORY_TAKEN',
    element: aggregate.name,
    message: `keeps its events in streams of ${category}, as ${other.name} does.`,
    fix: 'Give one of them another { streamCategory }, or another name.',
  })
}

/** The category that an event handler listens to as a whole. One of this domain exists; what other domains have cannot be known here. */
export function subscribedCategory(
  registry: Registry,
  group: HandlerGroup,
  whole: ElementDefinition | undefined,
  report: Report,
): string | undefined {
  const { streamCategory: given } = group.options
  if (given === undefined) return whole === undefined ? undefined : named(() => categoryOf(whole))
  const own = named(() => normalizedName(registry.domainName))
  if (typeof given !== 'string' || own === undefined || given === ALL) return given === ALL ? ALL : undefined
  const known = registry.ofKind('aggregate').flatMap((aggregate) => (aggregate.isAbstract ? [] : categoriesOf(aggregate)))
  const isForeign = given.includes('::') && !given.startsWith(`${own}::`)
  if (isForeign || known.includes(given)) return given
  const meant = nearest(given.includes('::') ? given : `${own}::${snakeCase(given)}`, known)
  report({
    code: 'CATEGORY_UNKNOWN',
    element: group.name,
    message: `listens to ${given}, which is the category of no aggregate.`,
    fix: meant === undefined ? `Categories are ${[...known, ALL].join(', ')}.` : `Did you mean ${meant}?`,
  })
  return undefined
}

/** The categories of an aggregate's events; none where it cannot be named. */
export function categoriesOf(aggregate: ElementDefinition): readonly string[] {
  const category = named(() => categoryOf(aggregate))
  if (category === undefined) return []
  return factEventOf(aggregate) === undefined ? [category] : [category, factCategory(category)]
}

/** A name, unless it cannot be made: why is reported where the parts of it were declared. */
function named(make: () => string): string | undefined {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof IncorrectUsageError)) throw error
    return undefined
  }
}
