import type { Issue, Problem } from '../errors.ts'
import { nearest } from '../util/nearest.ts'
import type { ElementDefinition, ElementKind } from './definition.ts'
import type { Say } from './field-option-checks.ts'
import { checkFieldOptions } from './field-option-checks.ts'
import { FieldSpec } from './field-spec.ts'

type Report = (problem: Problem) => void
type Options = Readonly<Record<string, unknown>>

const STORED = ['abstract', 'schemaName', 'indexes', 'extends']
const MESSAGE = ['partOf', 'abstract', 'version', 'extends', 'renamedFrom', 'lenient']
const OPTIONS: Readonly<Record<ElementKind, readonly string[]>> = {
  aggregate: [...STORED, 'provider', 'streamCategory', 'eventSourced', 'factEvents'],
  entity: [...STORED, 'partOf'],
  projection: [...STORED, 'provider', 'cache', 'orderBy', 'externallyPopulated'],
  valueObject: ['abstract', 'partOf', 'extends'],
  event: [...MESSAGE, 'published', 'supersededBy'],
  command: [...MESSAGE, 'returns'],
  query: ['abstract', 'partOf', 'returns'],
  processManager: ['provider', 'schemaName', 'indexes', 'streamCategory'],
}
const FOR_ALL = ['deprecated', 'suppressChecks']
const NEEDS_PART_OF: ReadonlySet<ElementKind> = new Set(['entity', 'event', 'command', 'query'])
const ALWAYS_RESERVED = [...Object.getOwnPropertyNames(Object.prototype), 'defaults', 'equals', 'toObject']
const ENTITY_NAMES = ['raise', 'atomic', 'canTransitionTo', 'toJSON']
const RESERVED: Readonly<Record<ElementKind, readonly string[]>> = {
  aggregate: ENTITY_NAMES,
  entity: ENTITY_NAMES,
  projection: ENTITY_NAMES,
  processManager: [...ENTITY_NAMES, 'end', 'schedule', 'unschedule'],
  valueObject: ['hash', 'replace'],
  event: ['payload'],
  command: ['payload'],
  query: ['payload'],
}

/** Checks what was declared of one element, reports every mistake, and gives the fields that are fields. */
export function checkDeclaration(
  kind: ElementKind,
  name: string,
  declared: Readonly<Record<string, unknown>>,
  options: Options,
  parent: ElementDefinition | undefined,
  report: Report,
): Map<string, FieldSpec> {
  const say = (code: string, message: string, fix: string) => report({ code, element: name, message, fix })
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) {
    say(
      'ELEMENT_NAME_INVALID',
      'is not a persistent name.',
      'Use letters, digits and _, beginning with a letter: the name goes into type strings, streams and tables.',
    )
  }
  checkOptions(kind, options, parent, say)
  const fields = new Map<string, FieldSpec>()
  for (const [fieldName, spec] of Object.entries(declared)) {
    if (!(spec instanceof FieldSpec))
      say(
        'FIELD_INVALID',
        `declares ${fieldName} with something that is not a field.`,
        `Write ${fieldName}: field.string() or another field.`,
      )
    else {
      checkField(kind, fieldName, spec, say)
      fields.set(fieldName, spec)
    }
  }
  checkIdentifiers(kind, options, new Map([...(parent?.fields ?? []), ...fields]), say)
  return fields
}

function checkOptions(kind: ElementKind, options: Options, parent: ElementDefinition | undefined, say: Say): void {
  const known = [...OPTIONS[kind], ...FOR_ALL]
  for (const option of Object.keys(options)) {
    if (known.includes(option)) continue
    const near = nearest(option, known)
    say('OPTION_UNKNOWN', `has no option ${option}.`, near === undefined ? `Options are ${known.join(', ')}.` : `Did you mean ${near}?`)
  }
  if (NEEDS_PART_OF.has(kind) && options.partOf === undefined && options.abstract !== true) {
    const whole = kind === 'query' ? 'projection' : 'aggregate'
    say('PART_OF_MISSING', `is ${article(kind)} that is part of nothing.`, `Add { partOf: '…' } with the name or class of its ${whole}.`)
  }
  if (options.extends !== undefined && (parent?.kind !== kind || !parent.isAbstract)) {
    say(
      'EXTENDS_INVALID',
      `extends something that is not an abstract ${kind}.`,
      `Extend ${article(kind)} declared with { abstract: true }.`,
    )
  }
  const { version, deprecated } = options
  if (version !== undefined && (!Number.isInteger(version) || (version as number) < 1)) {
    say('VERSION_INVALID', `has version ${String(version)}.`, 'Versions are whole numbers from 1.')
  }
  if (deprecated !== undefined && typeof deprecated !== 'string' && typeof (deprecated as { since?: unknown }).since !== 'string') {
    say(
      'DEPRECATED_INVALID',
      'says in an unknown way that it is deprecated.',
      "Write deprecated: '1.2' or { since: '1.2', removal: '2.0' }.",
    )
  }
}

function checkField(kind: ElementKind, name: string, spec: FieldSpec, say: Say): void {
  if (ALWAYS_RESERVED.includes(name) || RESERVED[kind].includes(name) || !/^[\p{ID_Start}][\p{ID_Continue}]*$/u.test(name)) {
    say(
      'FIELD_NAME_INVALID',
      `cannot have a field ${name}.`,
      'Names are identifiers that begin with a letter, other than those of the methods that every element has.',
    )
  }
  checkFieldOptions(name, spec, say)
  const { settings } = spec
  if (settings.required === true && spec.hasDefault) {
    say(
      'FIELD_REQUIRED_WITH_DEFAULT',
      `requires ${name} and gives it a default.`,
      'Keep one of the two: a field with a default is never missing.',
    )
  }
  if (settings.autoNow === true && settings.autoNowAdd === true)
    say('FIELD_AUTO_NOW', `stamps ${name} both always and only once.`, 'Keep autoNow or autoNowAdd.')
  if ((settings.autoNow === true || settings.autoNowAdd === true) && settings.required === true) {
    say('FIELD_AUTO_NOW', `requires ${name}, which is stamped when it is saved.`, 'Remove required.')
  }
  if (settings.increment === true && settings.identifier === true) {
    say(
      'FIELD_INCREMENT_IDENTIFIER',
      `has an identifier ${name} that only the database would know.`,
      'Identities exist before anything is stored: use field.auto({ identifier: true }), and a second field with increment.',
    )
  }
  if (spec.hasDefault && typeof settings.default !== 'function') {
    const issues: Issue[] = []
    // Not by the user's `validate` as well, which may need what is declared later.
    const ownRules = new FieldSpec(spec.kind, { ...settings, validate: undefined }, spec.rule)
    if (spec.rule.bind === undefined) ownRules.admit(undefined, name, issues)
    const [issue] = issues
    if (issue !== undefined)
      say('FIELD_DEFAULT_INVALID', `gives ${name} a default that ${issue.message}.`, 'Choose a default that the field itself accepts.')
  }
  checkPlace(kind, name, spec, say)
}

/** Some fields make no sense in some elements. */
function checkPlace(kind: ElementKind, name: string, spec: FieldSpec, say: Say): void {
  const isEntity = kind === 'aggregate' || kind === 'entity'
  if (!isEntity && (spec.isAssociation || spec.kind === 'reference')) {
    say(
      'FIELD_ASSOCIATION',
      `is ${article(kind)} and cannot contain entities (${name}).`,
      'Use value objects, lists and identifiers there.',
    )
  }
  if (kind === 'valueObject' && (spec.settings.identifier === true || spec.settings.unique === true)) {
    say(
      'FIELD_IDENTITY_IN_VALUE',
      `is a value object and has no identity or uniqueness (${name}).`,
      'Remove identifier and unique, or make it an entity.',
    )
  }
  if (!isEntity && kind !== 'projection' && kind !== 'processManager' && spec.rule.transitions !== undefined) {
    say('FIELD_TRANSITIONS', `never changes, so ${name} has no transitions.`, 'Remove transitions.')
  }
}

function checkIdentifiers(kind: ElementKind, options: Options, fields: ReadonlyMap<string, FieldSpec>, say: Say): void {
  const identifiers = [...fields].filter(([, spec]) => spec.settings.identifier === true).map(([name]) => name)
  const isStored = kind === 'aggregate' || kind === 'entity' || kind === 'projection' || kind === 'processManager'
  if (isStored && identifiers.length > 1) {
    say('IDENTIFIER_MULTIPLE', `has several identifiers: ${identifiers.join(', ')}.`, 'Mark exactly one field with { identifier: true }.')
  }
  if (kind === 'projection' && identifiers.length === 0 && options.abstract !== true) {
    say(
      'IDENTIFIER_MISSING',
      'is a projection without an identifier.',
      'Mark the field that its rows are found by with { identifier: true }.',
    )
  }
}

function article(kind: ElementKind): string {
  if (kind === 'processManager') return 'a process manager'
  return /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`
}
