import { declareElement } from './declare-element.ts'
import type { ElementDefinition } from './definition.ts'
import { FieldSpec } from './field-spec.ts'
import { jsonRule, listRule } from './fields/collection-rules.ts'

const facts = new WeakMap<ElementDefinition, ElementDefinition>()
const sources = new WeakSet<ElementDefinition>()

/**
 * The event that tells the whole state of an aggregate after each of its changes: `OrderFactEvent`. It has the aggregate's fields, none of them required, with
 * children as plain data.
 */
export function declareFactEvent(aggregate: ElementDefinition): ElementDefinition {
  const fields = Object.fromEntries([...aggregate.fields].map(([name, spec]) => [name, factField(spec)]))
  const { definition } = declareElement(aggregate.scope, 'event', `${aggregate.name}FactEvent`, fields, { partOf: aggregate.name })
  facts.set(aggregate, definition)
  sources.add(definition)
  return definition
}

/** Undefined for an aggregate without fact events. */
export function factEventOf(aggregate: ElementDefinition): ElementDefinition | undefined {
  return facts.get(aggregate)
}

export function isFactEvent(event: ElementDefinition): boolean {
  return sources.has(event)
}

function factField({ kind, rule }: FieldSpec): FieldSpec {
  if (kind === 'hasOne') return new FieldSpec('json', {}, jsonRule('object'))
  if (kind === 'hasMany') return new FieldSpec('list', {}, listRule(new FieldSpec('json', {}, jsonRule('object')), {}))
  return new FieldSpec(kind, {}, rule)
}
