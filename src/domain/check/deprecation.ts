import type { Deprecation } from '../../model/element-options.ts'
import type { Rule } from './finding.ts'
import { findElement } from './references.ts'

export const deprecatedElements: Rule = ({ registry, elements }) =>
  elements
    .filter(({ options }) => options.deprecated !== undefined)
    .map((element) => {
      const successor = findElement(registry, element.options.supersededBy, ['event'])
      return {
        subject: element,
        message: `${told(element.options.deprecated as Deprecation)}.`,
        fix: successor === undefined ? 'Stop using it, then remove it.' : `Use ${successor.name} instead, then remove it.`,
      }
    })

export const deprecatedFields: Rule = ({ elements }) =>
  elements.flatMap((element) =>
    [...element.fields]
      .filter(([, { settings }]) => settings.deprecated !== undefined)
      .map(([field, { settings }]) => ({
        subject: element,
        field,
        message: `${told(settings.deprecated as Deprecation)}.`,
        fix: 'Stop using it, then remove it.',
      })),
  )

function told(deprecation: Deprecation): string {
  const { since, removal } = typeof deprecation === 'string' ? { since: deprecation, removal: undefined } : deprecation
  return `is deprecated since ${since}${removal === undefined ? '' : ` and will be removed in ${removal}`}`
}
