import type { ElementDefinition, ElementKind } from '../model/definition.ts'
import type { FieldKind, FieldSpec } from '../model/field-spec.ts'
import { closureOf } from './check/closure.ts'
import type { ProblemLog, Report } from './check/problem-log.ts'
import { findElement, lookUp } from './check/references.ts'
import type { Registry } from './registry.ts'
import { MODEL_KINDS } from './registry.ts'

interface Whole {
  readonly kinds: readonly ElementKind[]
  /** Whether it may be part of something abstract, and so of everything that extends it. */
  readonly allowsAbstract: boolean
}

const WHOLE: Partial<Record<ElementKind, Whole>> = {
  entity: { kinds: ['aggregate', 'entity'], allowsAbstract: true },
  valueObject: { kinds: ['aggregate', 'entity'], allowsAbstract: true },
  event: { kinds: ['aggregate', 'processManager'], allowsAbstract: true },
  command: { kinds: ['aggregate'], allowsAbstract: false },
  query: { kinds: ['projection'], allowsAbstract: false },
}

const TARGETS: Partial<Record<FieldKind, readonly ElementKind[]>> = {
  valueObject: ['valueObject'],
  hasOne: ['entity'],
  hasMany: ['entity'],
  reference: ['aggregate', 'entity'],
}

/** Checks how an element refers to others. */
export function checkElement(registry: Registry, element: ElementDefinition, log: ProblemLog): void {
  const report = log.on(element)
  checkWhole(registry, element, log, report)
  checkSuccessor(registry, element, report)
  for (const [name, spec] of element.fields) if (!isInherited(registry, element, name)) checkField(registry, element, name, spec, report)
  checkInvariants(element, report)
  checkCycles(element, log, report)
}

function checkWhole(registry: Registry, element: ElementDefinition, log: ProblemLog, report: Report): void {
  const whole = WHOLE[element.kind]
  if (whole === undefined || element.partOf === undefined) return
  const { kinds, allowsAbstract } = whole
  const found = lookUp(
    registry,
    {
      element: element.name,
      via: 'partOf',
      ref: element.partOf,
      kinds,
      code: 'PART_OF_INVALID',
      allowsAbstract: allowsAbstract || element.isAbstract,
    },
    report,
  )
  if (element.kind === 'entity' && found !== undefined) checkRoot(registry, element, log, report)
}

/** Entities that are part of each other are part of no aggregate. */
function checkRoot(registry: Registry, element: ElementDefinition, log: ProblemLog, report: Report): void {
  const path = [element]
  for (let at: ElementDefinition | undefined = element; at?.kind === 'entity'; ) {
    at = findElement(registry, at.partOf, ['aggregate', 'entity'])
    if (at === undefined) return
    path.push(at)
    if (path.indexOf(at) < path.length - 1) break
  }
  if (path.length === 1 || path.at(-1) !== element || log.firstOf(path) !== element) return
  report({
    code: 'PART_OF_CYCLE',
    element: element.name,
    message: `is part of itself: ${path.map(({ name }) => name).join(' in ')}.`,
    fix: 'Let partOf lead to an aggregate.',
  })
}

function checkSuccessor(registry: Registry, element: ElementDefinition, report: Report): void {
  const { supersededBy } = element.options
  if (element.kind !== 'event' || supersededBy === undefined) return
  lookUp(
    registry,
    { element: element.name, via: 'supersededBy', ref: supersededBy, kinds: ['event'], code: 'SUPERSEDED_BY_INVALID' },
    report,
  )
}

/** A mistake in a field that was declared in an abstract element of this domain is reported there. */
function isInherited(registry: Registry, { parent, fields }: ElementDefinition, name: string): boolean {
  return parent !== undefined && registry.has(parent) && parent.fields.get(name)?.settings === fields.get(name)?.settings
}

/** Embedded values are value objects, children are entities of this very element; in lists and dicts there are no children. */
function checkField(registry: Registry, element: ElementDefinition, name: string, field: FieldSpec, report: Report): void {
  const at = `${element.name}.${name}`
  for (let spec: FieldSpec | undefined = field; spec !== undefined; spec = spec.rule.item) {
    const kinds = TARGETS[spec.kind]
    if (spec !== field && (spec.isAssociation || spec.kind === 'auto')) {
      report({
        code: 'FIELD_ITEM_INVALID',
        element: at,
        message: `has items that are ${spec.kind} fields.`,
        fix: spec.kind === 'auto' ? 'Use field.identifier() for the items.' : 'Contain entities with field.hasMany() itself.',
      })
    } else if (kinds !== undefined) {
      const reference = { element: at, via: `field.${spec.kind}()`, ref: spec.rule.target, kinds, among: MODEL_KINDS, code: 'FIELD_TARGET' }
      const isHeld = spec.isAssociation || spec.kind === 'valueObject'
      const found = lookUp(registry, { ...reference, allowsAbstract: !isHeld, allowsForeign: !spec.isAssociation }, report)
      if (found !== undefined) checkCluster(registry, element, at, spec.kind, found, report)
    }
  }
}

function checkCluster(
  registry: Registry,
  element: ElementDefinition,
  at: string,
  kind: FieldKind,
  found: ElementDefinition,
  report: Report,
): void {
  if (found.kind !== 'entity') return
  const whole = findElement(registry, found.partOf, ['aggregate', 'entity'])
  if (whole === undefined) return
  if (kind !== 'reference') {
    // A cycle is reported as one.
    if (element.isA(whole) || closureOf(found).parts.includes(element)) return
    report({
      code: 'FIELD_CROSSES_CLUSTER',
      element: at,
      message: `contains ${found.name}, which is part of ${whole.name}.`,
      fix: `Declare an entity of ${element.name}, or hold the identity of the ${rootOf(registry, found)?.name ?? 'aggregate'} in field.identifier().`,
    })
    return
  }
  const own = rootOf(registry, element)
  const other = rootOf(registry, found)
  if (own === undefined || other === undefined || own.isA(other) || other.isA(own)) return
  report({
    code: 'FIELD_CROSSES_CLUSTER',
    element: at,
    message: `refers to ${found.name}, which lives inside ${other.name}.`,
    fix: `Refer to ${other.name}: only the root of an aggregate can be known from outside.`,
  })
}

/** The aggregate at the end of `partOf`. */
function rootOf(registry: Registry, element: ElementDefinition): ElementDefinition | undefined {
  const seen = new Set<ElementDefinition>()
  let at: ElementDefinition | undefined = element
  while (at !== undefined && at.kind !== 'aggregate' && !seen.has(at)) {
    seen.add(at)
    at = findElement(registry, at.partOf, ['aggregate', 'entity'])
  }
  return at?.kind === 'aggregate' ? at : undefined
}

/** Aggregates have a fixed depth, and so do the columns of a value. The element of a cycle that was declared first is the one to report. */
function checkCycles(element: ElementDefinition, log: ProblemLog, report: Report): void {
  for (const cycle of closureOf(element).cycles) {
    if (cycle[0] !== element || log.firstOf(cycle) !== element) continue
    const message = `contains itself: ${cycle.map(({ name }) => name).join(' > ')}.`
    if (element.kind === 'valueObject')
      report({
        code: 'VALUE_CONTAINS_ITSELF',
        element: element.name,
        message,
        fix: 'Values have a fixed depth: put the inner ones in a list, field.list(field.valueObject(…)).',
      })
    else
      report({
        code: 'ENTITY_CONTAINS_ITSELF',
        element: element.name,
        message,
        fix: 'Aggregates have a fixed depth: hold the identity of the parent in a field instead.',
      })
  }
}

/** The field that an invariant is about is the start of a path: `items[0].quantity`. */
function checkInvariants(element: ElementDefinition, report: Report): void {
  const { parent } = element
  const inherited = new Set([...(parent?.invariants('pre') ?? []), ...(parent?.invariants('post') ?? [])])
  for (const invariant of [...element.invariants('pre'), ...element.invariants('post')]) {
    const { field, message } = invariant
    const [first = ''] = field?.split(/[.[]/) ?? []
    if (field === undefined || inherited.has(invariant) || first === '_entity' || element.fields.has(first)) continue
    report({
      code: 'INVARIANT_FIELD_UNKNOWN',
      element: element.name,
      message: `has the rule "${message}" about ${field}, which is not a field.`,
      fix: `Fields are ${[...element.fields.keys()].join(', ')}. Leave field out for a rule about the whole ${element.kind}.`,
    })
  }
}
