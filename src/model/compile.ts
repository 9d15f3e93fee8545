/**
 * A constructor and accessors for each element, compiled once into straight-line code: nothing is looked up by name or looped over per instance
 * (constructing costs about what a hand-written class with the same checks does). The code is made of field positions and of conditions that the
 * fields' rules give as fixed text; names that users chose only appear as quoted strings. Where code generation is forbidden, `interpret.ts` does the same.
 */
import type { Issue } from '../errors.ts'
import { admitAssignment } from './atomic.ts'
import { startBlank } from './blank.ts'
import { ChildList } from './child-list.ts'
import { addMissing, addUnknown, completeEntity, completeRecord, completeRestored, inputOf } from './construction.ts'
import { ElementDefinition } from './definition.ts'
import type { Constructor } from './element-ref.ts'
import type { FieldSpec } from './field-spec.ts'
import { NOT_PREPARED, prepareClass } from './prepare-class.ts'
import { Restored } from './restored.ts'
import { setField } from './set-field.ts'

type Base = new (...args: never[]) => object

/** An abstract element's constructor only runs on behalf of one that extends it, whose definition it is handed. */
const PASS_ON = `
    super(input instanceof ElementDefinition ? input : definition);
    if (!(input instanceof ElementDefinition)) prepareClass(definition, new.target);`

const PREPARE = 'const cls = new.target === prepared.cls ? prepared : prepared = prepareClass(definition, new.target);'

/** A blank instance is made once per load, so it is not worth code of its own. */
const BLANK = `
    startBlank(this, definition, input, cls.hasDefaults, (name, spec) => spec.kind === 'hasMany' ? new ChildList(this, name, spec) : undefined)`

const RUNTIME = {
  ChildList,
  ElementDefinition,
  NOT_PREPARED,
  Restored,
  addMissing,
  addUnknown,
  admitAssignment,
  completeEntity,
  completeRecord,
  completeRestored,
  inputOf,
  prepareClass,
  setField,
  startBlank,
}

/** Compiles the class of an entity-like element: values in slots, accessors that make every assignment an atomic change. */
export function compileEntity(definition: ElementDefinition, base: Base): Constructor {
  const fields = fieldsOf(definition)
  const accessors = fields.map(({ spec, name, quoted, index }) => {
    const simple = spec.fastIsEnough && spec.rule.transitions === undefined && spec.kind !== 'reference' && name !== definition.identifier
    const fast = simple
      ? `if (${spec.rule.fast?.(`r${index}`)}) { const b = this[${slot(name)}]; if (b !== v && admitAssignment(this, ${slot(name)}, b, v)) this[${slot(name)}] = v } else `
      : ''
    return `get [${quoted}]() { return this[${slot(name)}] }
    set [${quoted}](v) { ${fast}setField(this, f${index}, ${quoted}, ${slot(name)}, v) }`
  })
  const body = definition.isAbstract
    ? PASS_ON
    : `
    super(definition);
    ${PREPARE}
    if (input instanceof Restored) { const h = input.values; ${fields.map(restore).join(' ')} completeRestored(this, definition, input); return }
    ${
      definition.isEventSourced
        ? BLANK
        : `${collect(fields, slot)}
    completeEntity(this, definition, input, issues, cls.hasDefaults)`
    }`
  return build(definition, base, fields, body, accessors)
}

/** Compiles the class of a record: values as own properties, frozen when complete. */
export function compileRecord(definition: ElementDefinition, base: Base): Constructor {
  const fields = fieldsOf(definition)
  const body = definition.isAbstract
    ? PASS_ON
    : `
    super(definition);
    ${PREPARE}
    if (input instanceof Restored) { const h = input.values; ${fields.map((f) => `this[${f.quoted}] = h[${f.quoted}];`).join(' ')} Object.freeze(this); input.taken = this; return }
    ${collect(fields, JSON.stringify)}
    completeRecord(this, definition, issues, cls.hasDefaults)`
  return build(definition, base, fields, body, [])
}

interface CompiledField {
  readonly name: string
  readonly quoted: string
  readonly spec: FieldSpec
  readonly index: number
  /** The default as a value that was admitted already, when every instance can share it. */
  readonly constant: { readonly value: unknown } | undefined
}

function fieldsOf(definition: ElementDefinition): CompiledField[] {
  return [...definition.fields].map(([name, spec], index) => ({
    name,
    spec,
    index,
    quoted: JSON.stringify(name),
    constant: constantDefault(spec, name),
  }))
}

/**
 * Shared defaults are those that cannot be changed: admitted primitives. An inadmissible one is left to construction, which reports it, and so is
 * one that must pass the user's own function, which may need what is declared later.
 */
function constantDefault(spec: FieldSpec, name: string): CompiledField['constant'] {
  const { default: value, validate } = spec.settings
  if (!spec.hasDefault || typeof value === 'function' || typeof value === 'object' || validate !== undefined) return undefined
  const issues: Issue[] = []
  const admitted = spec.admit(undefined, name, issues)
  return issues.length === 0 ? { value: admitted } : undefined
}

function collect(fields: readonly CompiledField[], target: (name: string) => string): string {
  const steps = fields.map(({ name, quoted, spec, index, constant }) => {
    const to = `this[${target(name)}]`
    if (spec.isAssociation) return `${to} = ${emptyAssociation(spec, index, quoted)}; if (input[${quoted}] !== undefined) given++;`
    const fast = spec.fastIsEnough ? `(${spec.rule.fast?.(`r${index}`)}) ? v : ` : ''
    return `v = input[${quoted}];
    if (v === undefined) { ${to} = ${absent(spec, quoted, index, constant)} }
    else { given++; ${to} = ${fast}f${index}.admit(v, ${quoted}, issues ??= []) }`
  })
  return `if (typeof input !== 'object' || input === null) input = inputOf(definition, input);
    let issues = null, given = 0, v;
    ${steps.join('\n    ')}
    let keys = 0;
    for (const _ in input) keys++;
    if (keys !== given) issues = addUnknown(definition, input, issues);`
}

function emptyAssociation(spec: FieldSpec, index: number, quoted: string): string {
  return spec.kind === 'hasMany' ? `new ChildList(this, ${quoted}, f${index})` : 'undefined'
}

function restore({ name, quoted, spec, index }: CompiledField): string {
  return `this[${slot(name)}] = ${spec.isAssociation ? emptyAssociation(spec, index, quoted) : `h[${quoted}]`};`
}

function absent(spec: FieldSpec, quoted: string, index: number, constant: CompiledField['constant']): string {
  if (constant !== undefined) return `c${index}`
  if (spec.hasDefault) return `f${index}.admit(undefined, ${quoted}, issues ??= [])`
  if (spec.kind === 'auto' && spec.settings.increment !== true) return 'scope.newIdentity()'
  return spec.isRequired ? `addMissing(issues ??= [], ${quoted})` : 'undefined'
}

function build(
  definition: ElementDefinition,
  base: Base,
  fields: readonly CompiledField[],
  body: string,
  accessors: readonly string[],
): Constructor {
  const values: Record<string, unknown> = { ...RUNTIME, Base: base, definition, scope: definition.scope }
  for (const { index, spec, constant } of fields) {
    values[`f${index}`] = spec
    values[`r${index}`] = spec.rule
    values[`c${index}`] = constant?.value
  }
  const code = `'use strict';
  let prepared = NOT_PREPARED;
  class Generated extends Base {
    constructor(input) {${body}
    }
    ${accessors.join('\n    ')}
  }
  return Generated`
  const factory = new Function(...Object.keys(values), code) as (...args: unknown[]) => Constructor
  return factory(...Object.values(values))
}

function slot(name: string): string {
  return JSON.stringify(`$${name}`)
}
