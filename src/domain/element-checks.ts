import type { Problem } from '../errors.ts'
import type { ElementDefinition, ElementKind } from '../model/definition.ts'
import type { IndexOptions } from '../model/element-options.ts'
import type { ElementRef } from '../model/element-ref.ts'
import type { FieldSpec } from '../model/field-spec.ts'
import { mapTable } from '../unit-of-work/table-mapping.ts'
import type { Registry } from './registry.ts'
import { attempt } from './wiring.ts'

type Report = (problem: Problem) => void

const WHOLE: Partial<Record<ElementKind, readonly ElementKind[]>> = {
  entity: ['aggregate', 'entity'],
  event: ['aggregate'],
  command: ['aggregate'],
  query: ['projection'],
}

/** Checks how the declared elements refer to each other; reports every mistake. */
export function checkElements(registry: Registry, databases: readonly string[], caches: readonly string[], report: Report): void {
  for (const element of registry.elements) {
    if (element.isAbstract) continue
    checkWhole(registry, element, report)
    const targets = checkTargets(registry, element, report)
    if (element.kind === 'aggregate' || element.kind === 'projection') {
      checkProvider(element, databases, caches, report)
      if (targets && !containsItself(registry, element, [], report)) checkColumns(element, report)
    }
  }
}

function checkWhole(registry: Registry, element: ElementDefinition, report: Report): void {
  const kinds = WHOLE[element.kind]
  const { partOf } = element
  if (kinds === undefined || partOf === undefined) return
  const whole = attempt(() => registry.resolve(partOf, kinds), element.name, report)
  if (whole !== undefined && !kinds.includes(whole.kind)) {
    report({
      code: 'PART_OF_INVALID',
      element: element.name,
      message: `is part of ${whole.name}, which is a ${whole.kind}.`,
      fix: `Name ${kinds.join(' or ')} in partOf.`,
    })
  }
}

/** Embedded values are value objects, children are entities of this very element. Returns whether all of them could be found. */
function checkTargets(registry: Registry, element: ElementDefinition, report: Report): boolean {
  let allFound = true
  for (const [name, field] of element.fields) {
    for (let spec: FieldSpec | undefined = field; spec !== undefined; spec = spec.rule.item) {
      const { kind, rule } = spec
      if (rule.target === undefined) continue
      const found = attempt(() => registry.resolve(rule.target as ElementRef), `${element.name}.${name}`, report)
      if (found === undefined) allFound = false
      else checkTarget(registry, element, name, kind, found, report)
    }
  }
  return allFound
}

function checkTarget(
  registry: Registry,
  element: ElementDefinition,
  name: string,
  kind: string,
  found: ElementDefinition,
  report: Report,
): void {
  const at = `${element.name}.${name}`
  if (kind === 'valueObject' && found.kind !== 'valueObject') {
    report({
      code: 'FIELD_TARGET',
      element: at,
      message: `embeds ${found.name}, which is a ${found.kind}.`,
      fix: 'Embed a value object; contain entities with hasOne or hasMany.',
    })
  }
  if (kind !== 'hasOne' && kind !== 'hasMany') return
  if (found.kind !== 'entity') {
    report({
      code: 'FIELD_TARGET',
      element: at,
      message: `contains ${found.name}, which is a ${found.kind}.`,
      fix: "Contain entities only; hold another aggregate's identity in an identifier or reference field.",
    })
    return
  }
  const { partOf } = found
  const whole =
    partOf === undefined
      ? undefined
      : attempt(
          () => registry.resolve(partOf, ['aggregate', 'entity']),
          found.name,
          () => undefined,
        )
  if (whole !== undefined && whole !== element && !element.isA(whole)) {
    report({
      code: 'FIELD_CROSSES_CLUSTER',
      element: at,
      message: `contains ${found.name}, which is part of ${whole.name}.`,
      fix: `Declare an entity of ${element.name}, or refer to ${whole.name} by its identity.`,
    })
  }
}

function containsItself(registry: Registry, element: ElementDefinition, path: readonly ElementDefinition[], report: Report): boolean {
  if (path.includes(element)) {
    report({
      code: 'ENTITY_CONTAINS_ITSELF',
      element: element.name,
      message: `contains itself: ${[...path, element].map((step) => step.name).join(' > ')}.`,
      fix: 'Aggregates have a fixed depth: hold the identity of the parent in a field instead.',
    })
    return true
  }
  return element.associations.some(([, spec]) =>
    containsItself(registry, registry.resolve(spec.rule.target as ElementRef), [...path, element], report),
  )
}

function checkProvider(element: ElementDefinition, databases: readonly string[], caches: readonly string[], report: Report): void {
  const { provider = 'default', cache } = element.options as { provider?: string; cache?: string }
  if (cache === undefined && !databases.includes(provider)) {
    report({
      code: 'PROVIDER_UNKNOWN',
      element: element.name,
      message: `is stored in the database ${provider}, which is not configured.`,
      fix: `Configured are ${databases.join(', ')}.`,
    })
  }
  if (cache !== undefined && !caches.includes(cache)) {
    report({
      code: 'CACHE_UNKNOWN',
      element: element.name,
      message: `is stored in the cache ${cache}, which is not configured.`,
      fix: `Configured are ${caches.join(', ')}.`,
    })
  }
}

/** Two fields must not share a column, and indexes name fields that exist. */
function checkColumns(element: ElementDefinition, report: Report): void {
  const mapping = mapTable(element)
  const seen = new Map<string, string>()
  for (const { name, field } of mapping.table.columns) {
    const other = seen.get(name)
    if (other !== undefined) {
      report({
        code: 'COLUMN_TAKEN',
        element: element.name,
        message: `stores ${other} and ${field} in the same column ${name}.`,
        fix: 'Give one of them another { column }.',
      })
    }
    seen.set(name, field)
  }
  for (const index of (element.options.indexes as readonly IndexOptions[] | undefined) ?? []) {
    for (const field of [...index.fields, ...(index.descending ?? []), ...(index.include ?? [])]) {
      if (mapping.columns.has(field)) continue
      report({
        code: 'INDEX_FIELD_UNKNOWN',
        element: element.name,
        message: `has an index on ${field}, which is not a field.`,
        fix: `Fields are ${[...mapping.columns.keys()].join(', ')}.`,
      })
    }
  }
}
