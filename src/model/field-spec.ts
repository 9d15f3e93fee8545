import type { Issue } from '../errors.ts'
import { IncorrectUsageError, ValidationError } from '../errors.ts'
import type { JsonValue } from '../util/json.ts'
import { abandon, isPromise } from '../util/promises.ts'
import type { StandardSchema } from '../util/standard-schema.ts'
import { isStandardSchema } from '../util/standard-schema.ts'
import type { ElementLookup, ElementRef } from './element-ref.ts'

export type FieldKind =
  | 'string'
  | 'text'
  | 'integer'
  | 'float'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'dateTime'
  | 'identifier'
  | 'auto'
  | 'status'
  | 'list'
  | 'dict'
  | 'json'
  | 'valueObject'
  | 'hasOne'
  | 'hasMany'
  | 'reference'

/** How one kind of field turns input into a value and back into plain data. */
export interface ValueRule {
  /**
   * A JavaScript condition over `v` that holds for values which need no coercion and break no rule; `r` names this rule in the compiled code.
   * Left out where every value must be looked at. It is made of fixed text and numbers only, never of user input.
   */
  readonly fast?: ((r: string) => string) | undefined
  /** The value for an input that is neither undefined nor null; adds issues and returns anything when there is none. */
  coerce(input: unknown, path: string, issues: Issue[]): unknown
  /** Plain JSON for a value. */
  toPlain(value: unknown): JsonValue
  /** The value for plain JSON that `toPlain` made, without validating it: rules may have changed since it was stored. */
  fromPlain(plain: JsonValue): unknown
  /** For fields that name another element: the same rule, knowing where to look it up. */
  bind?(lookup: ElementLookup): ValueRule
  /** The element that the field embeds, contains or refers to. */
  readonly target?: ElementRef | undefined
  /** For lists and typed dicts: the field that each item is checked by. */
  readonly item?: FieldSpec | undefined
  /** For status fields: the states that may follow each state; a state without an entry is terminal. */
  readonly transitions?: ReadonlyMap<string, readonly string[]> | undefined
}

/** What a field's `validate` may be: false or a text refuses the value, so does throwing `ValidationError`. */
export type Validator<Value> = ((value: Value) => boolean | string | undefined | void) | StandardSchema

/** The options that every kind of field shares, as the runtime sees them. */
export interface FieldSettings {
  readonly required?: boolean | undefined
  readonly default?: unknown
  readonly unique?: boolean | undefined
  readonly identifier?: boolean | undefined
  readonly validate?: Validator<never> | undefined
  readonly description?: string | undefined
  readonly column?: string | undefined
  readonly renamedFrom?: string | readonly string[] | undefined
  readonly deprecated?: string | { readonly since: string; readonly removal?: string } | undefined
  readonly maxLength?: number | undefined
  readonly precision?: number | undefined
  readonly scale?: number | undefined
  readonly increment?: boolean | undefined
  readonly autoNow?: boolean | undefined
  readonly autoNowAdd?: boolean | undefined
}

/** One declared field at run time. Types live in `Field`; this is what the compiled code, the mapping and the checks read. */
export class FieldSpec {
  readonly kind: FieldKind
  readonly settings: FieldSettings
  readonly rule: ValueRule

  constructor(kind: FieldKind, settings: FieldSettings, rule: ValueRule) {
    this.kind = kind
    this.settings = settings
    this.rule = rule
  }

  /** The same field inside an element: names of other elements are looked up there. */
  bind(lookup: ElementLookup): FieldSpec {
    return this.rule.bind === undefined ? this : new FieldSpec(this.kind, this.settings, this.rule.bind(lookup))
  }

  get isRequired(): boolean {
    return (this.settings.required === true || (this.settings.identifier === true && this.kind !== 'auto')) && !this.hasDefault
  }

  get hasDefault(): boolean {
    return this.settings.default !== undefined
  }

  get isAssociation(): boolean {
    return this.kind === 'hasOne' || this.kind === 'hasMany'
  }

  /** Whether a value that `rule.fast` accepts is accepted altogether. */
  get fastIsEnough(): boolean {
    return this.rule.fast !== undefined && this.settings.validate === undefined
  }

  /** The value for any input, absent ones included; issues are added, not thrown. */
  admit(input: unknown, path: string, issues: Issue[]): unknown {
    if (!this.isAbsent(input)) return this.#admitPresent(input, path, issues)
    const value = this.hasDefault ? this.defaultValue() : undefined
    if (value !== undefined && value !== null) return this.#admitPresent(value, path, issues)
    if (this.isRequired || this.hasDefault) issues.push(missing(path))
    return undefined
  }

  /** Like `admit`, for an assignment: absent means cleared, and a field that always has a value refuses that. */
  admitAssigned(input: unknown, path: string, issues: Issue[]): unknown {
    if (!this.isAbsent(input)) return this.#admitPresent(input, path, issues)
    if (this.isRequired || this.hasDefault) issues.push(missing(path))
    return undefined
  }

  /** Undefined and null are; so is the empty text where a value is required. */
  isAbsent(input: unknown): boolean {
    return input === undefined || input === null || (input === '' && this.isRequired)
  }

  defaultValue(): unknown {
    const value = this.settings.default
    return typeof value === 'function' ? value() : value
  }

  #admitPresent(input: unknown, path: string, issues: Issue[]): unknown {
    const before = issues.length
    const value = this.rule.coerce(input, path, issues)
    if (issues.length === before && this.settings.validate !== undefined && value !== undefined)
      runValidator(this.settings.validate, value, path, issues)
    return value
  }
}

function missing(path: string): Issue {
  return { path, code: 'REQUIRED', message: 'is required' }
}

function runValidator(validator: Validator<never>, value: unknown, path: string, issues: Issue[]): void {
  if (isStandardSchema(validator)) {
    const result = validator['~standard'].validate(value)
    if (isPromise(result)) refuseAsync('schema', path, result)
    for (const issue of result.issues ?? [])
      issues.push({ path: joinPath(path, issue.path), code: 'VALIDATION_FAILED', message: issue.message })
    return
  }
  try {
    const verdict = (validator as (value: unknown) => unknown)(value)
    if (isPromise(verdict)) refuseAsync('function', path, verdict)
    if (verdict === false) issues.push({ path, code: 'VALIDATION_FAILED', message: 'is not valid' })
    else if (typeof verdict === 'string') issues.push({ path, code: 'VALIDATION_FAILED', message: verdict })
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error
    for (const issue of error.issues) issues.push({ ...issue, path: issue.path === '_entity' ? path : `${path}.${issue.path}` })
  }
}

function refuseAsync(what: string, path: string, promise: PromiseLike<unknown>): never {
  abandon(promise)
  throw new IncorrectUsageError(
    `The ${what} that validates ${path} is asynchronous. Fields are checked synchronously: look things up in the handler.`,
  )
}

function joinPath(path: string, rest: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined): string {
  let joined = path
  for (const step of rest ?? []) {
    const key = typeof step === 'object' ? step.key : step
    joined += typeof key === 'number' ? `[${key}]` : `.${String(key)}`
  }
  return joined
}
