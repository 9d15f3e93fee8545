import type { ElementDefinition } from '../model/definition.ts'
import type { Deprecation } from '../model/element-options.ts'

const warned = new WeakSet<ElementDefinition>()

/** The first time that a deprecated event is raised or a deprecated command submitted, a process warning says so. */
export function warnIfDeprecated(definition: ElementDefinition): void {
  const { deprecated, supersededBy } = definition.options as { readonly deprecated?: Deprecation; readonly supersededBy?: unknown }
  if (deprecated === undefined || warned.has(definition)) return
  warned.add(definition)
  const { since, removal } = typeof deprecated === 'string' ? { since: deprecated, removal: undefined } : deprecated
  const until = removal === undefined ? '' : ` and will be removed in ${removal}`
  const instead = typeof supersededBy === 'string' ? ` Use ${supersededBy} instead.` : ''
  process.emitWarning(`${definition.name} is deprecated since ${since}${until}.${instead}`, {
    type: 'DeprecationWarning',
    code: 'PROTEAN_DEPRECATED',
  })
}
