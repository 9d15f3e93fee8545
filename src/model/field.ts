import type { JsonValue } from '../util/json.ts'
import type { Children } from './children.ts'
import type { Constructor, ElementRef } from './element-ref.ts'
import type { FieldKind, FieldSettings, ValueRule } from './field-spec.ts'
import { FieldSpec } from './field-spec.ts'
import type { CommonOptions, DefaultOf, Field, FieldPresence, IsTrue, PresenceOf } from './field-type.ts'
import { jsonRule, listRule, mapRule } from './fields/collection-rules.ts'
import { embeddedRule, referenceRule, withTransitions } from './fields/element-rules.ts'
import { decimalRule, floatRule, integerRule } from './fields/number-rules.ts'
import { identifierRule, textRule } from './fields/text-rules.ts'
import { booleanRule, dateRule, dateTimeRule } from './fields/time-rules.ts'

export interface TextOptions<Choice extends string, Required extends boolean, Default, Id extends boolean>
  extends CommonOptions<Choice, Required, Default> {
  readonly identifier?: Id
  /** The values allowed; they become the field's type. An object gives its values. */
  readonly choices?: readonly Choice[] | Readonly<Record<string, Choice>>
  /** In characters (code points). */
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: RegExp
}

export interface NumberOptions<Required extends boolean, Default> extends CommonOptions<number, Required, Default> {
  readonly min?: number
  readonly max?: number
  readonly choices?: readonly number[]
}

export interface DecimalOptions<Required extends boolean, Default> extends CommonOptions<string, Required, Default> {
  readonly min?: string | number
  readonly max?: string | number
  /** Digits in all, and after the point. */
  readonly precision?: number
  readonly scale?: number
}

export interface TimeOptions<Value, Required extends boolean, Default> extends CommonOptions<Value, Required, Default> {
  readonly min?: string | Date
  readonly max?: string | Date
  /** Stamped with the domain's clock at every save. */
  readonly autoNow?: boolean
  /** Stamped with the domain's clock when first saved. */
  readonly autoNowAdd?: boolean
}

export interface AutoOptions<Id extends boolean>
  extends Pick<CommonOptions<string, false, undefined>, 'unique' | 'column' | 'description' | 'renamedFrom'> {
  readonly identifier?: Id
  /** Makes the value instead of the domain's identity generator. */
  readonly generate?: () => string
}

export interface ListOptions<Value, Required extends boolean, Default> extends CommonOptions<readonly Value[], Required, Default> {
  /** In items. */
  readonly minLength?: number
  readonly maxLength?: number
}

export interface StatusOptions<State extends string, Required extends boolean, Default extends DefaultOf<State>>
  extends CommonOptions<State, Required, Default> {
  /** The states that may follow each state; a state without an entry is terminal. Without the option every change is allowed. */
  readonly transitions?: { readonly [From in State]?: readonly State[] }
}

// biome-ignore lint/suspicious/noExplicitAny: only `any` lets TypeScript leave the body of a circular reference unresolved.
type Unresolved = any
/** A function giving the class, for elements that refer to each other: with a written type argument its body is never resolved. */
type Later<C = Unresolved> = () => C
type InstanceOf<Given, C> = [Given] extends [never] ? (C extends Constructor<infer Instance> ? Instance : never) : Given

/** The type itself. A condition, so that TypeScript does not infer it from the field that an element expects. */
type Given<T> = [T] extends [infer Itself] ? Itself : never

type Present<Required extends boolean> = true extends Required ? 'required' : 'defaulted'

function make<F>(kind: FieldKind, settings: FieldSettings, rule: ValueRule): F {
  return new FieldSpec(kind, settings, rule) as F
}

function choicesOf(choices: readonly string[] | Readonly<Record<string, string>> | undefined): readonly string[] | undefined {
  return choices === undefined || Array.isArray(choices) ? (choices as readonly string[] | undefined) : Object.values(choices)
}

/** Text of at most 255 characters unless `maxLength` says otherwise. */
function string<
  const Choice extends string = string,
  const Required extends boolean = false,
  const Default extends DefaultOf<Choice> = undefined,
  const Id extends boolean = false,
>(options: TextOptions<Choice, Required, Default, Id> = {}): Field<Choice, Choice, PresenceOf<Required, Default, Id>, IsTrue<Id>> {
  const settings = { maxLength: 255, ...options }
  const required = options.required === true || options.identifier === true
  return make('string', settings, textRule({ ...settings, required, choices: choicesOf(options.choices) }))
}

/** Text of any length. */
function text<const Required extends boolean = false, const Default extends DefaultOf<string> = undefined>(
  options: Omit<TextOptions<string, Required, Default, false>, 'identifier' | 'choices'> = {},
): Field<string, string, PresenceOf<Required, Default, false>, false> {
  return make('text', options, textRule(options))
}

/** A whole number within ±(2^53 − 1). */
function integer<const Required extends boolean = false, const Default extends DefaultOf<number> = undefined>(
  options: NumberOptions<Required, Default> = {},
): Field<number, number, PresenceOf<Required, Default, false>, false> {
  return make('integer', options, integerRule(options))
}

/** A finite double-precision number. For money that must be exact, use `decimal`. */
function float<const Required extends boolean = false, const Default extends DefaultOf<number> = undefined>(
  options: NumberOptions<Required, Default> = {},
): Field<number, number, PresenceOf<Required, Default, false>, false> {
  return make('float', options, floatRule(options))
}

/** An exact decimal number, held as text such as `'19.99'`. */
function decimal<const Required extends boolean = false, const Default extends DefaultOf<string> = undefined>(
  options: DecimalOptions<Required, Default> = {},
): Field<string, string | number | bigint, PresenceOf<Required, Default, false>, false> {
  return make('decimal', options, decimalRule(options))
}

function boolean<const Required extends boolean = false, const Default extends DefaultOf<boolean> = undefined>(
  options: CommonOptions<boolean, Required, Default> = {},
): Field<boolean, boolean, PresenceOf<Required, Default, false>, false> {
  return make('boolean', options, booleanRule)
}

/** A calendar day as `YYYY-MM-DD` text. */
function date<const Required extends boolean = false, const Default extends DefaultOf<string> = undefined>(
  options: TimeOptions<string, Required, Default> = {},
): Field<string, string | Date, PresenceOf<Required, Default, false>, false> {
  return make('date', options, dateRule(options))
}

/** An instant in UTC, to the millisecond, as a read-only `Date`. */
function dateTime<const Required extends boolean = false, const Default extends DefaultOf<Date> = undefined>(
  options: TimeOptions<Date, Required, Default> = {},
): Field<Date, Date | string | number, PresenceOf<Required, Default, false>, false> {
  return make('dateTime', options, dateTimeRule(options))
}

/** An identity, this element's own (`identifier: true`) or another's. Never generated: see `auto`. */
function identifier<
  const Required extends boolean = false,
  const Default extends DefaultOf<string> = undefined,
  const Id extends boolean = false,
>(
  options: Omit<TextOptions<string, Required, Default, Id>, 'choices'> = {},
): Field<string, string, PresenceOf<Required, Default, Id>, IsTrue<Id>> {
  const settings = { maxLength: 255, ...options }
  return make('identifier', settings, identifierRule(settings))
}

/** Filled in when left out: with a new identity, or, with `increment`, with the next number that the database gives when it is stored. */
function auto(options: AutoOptions<false> & { readonly increment: true }): Field<number | undefined, number, 'defaulted', false>
function auto<const Id extends boolean = false>(options?: AutoOptions<Id>): Field<string, string, 'defaulted', IsTrue<Id>>
function auto(options: AutoOptions<boolean> & { readonly increment?: true } = {}): FieldSpec {
  const { generate, ...settings } = options
  if (options.increment === true) return make('auto', settings, integerRule({}))
  return make('auto', { maxLength: 255, ...settings, default: generate }, identifierRule({ maxLength: 255 }))
}

/** One of the given states; its type is their union. */
function status<
  const State extends string,
  const Required extends boolean = false,
  const Default extends DefaultOf<NoInfer<State>> = undefined,
>(
  states: readonly State[] | Readonly<Record<string, State>>,
  options: StatusOptions<NoInfer<State>, Required, Default> = {},
): Field<State, State, PresenceOf<Required, Default, false>, false> {
  const { transitions, ...settings } = options
  const rule = textRule({ required: options.required, choices: choicesOf(states) })
  return make('status', settings, transitions === undefined ? rule : withTransitions(rule, transitions))
}

/** A frozen list; every item keeps the rules of its own field. Empty when left out. Replace it to change it. */
function list<Value, ItemInput, const Required extends boolean = false>(
  item: Field<Value, ItemInput, FieldPresence, boolean>,
  options: ListOptions<Value, Required, readonly Value[] | (() => readonly Value[])> = {},
): Field<readonly Value[], readonly ItemInput[], Present<Required>, false> {
  return make(
    'list',
    withEmptyDefault(options, () => []),
    listRule(item, options),
  )
}

/** A frozen map from text to values: of any JSON, typed by the type argument, or of the values of a field. Empty when left out. */
function dict<Value, ItemInput>(
  item: Field<Value, ItemInput, FieldPresence, boolean>,
  options?: CommonOptions<Readonly<Record<string, Value>>, false, undefined>,
): Field<Readonly<Record<string, Value>>, Readonly<Record<string, ItemInput>>, 'defaulted', false>
function dict<T extends object = Record<string, unknown>>(
  options: CommonOptions<T, true, undefined> & { readonly required: true },
): Field<Given<T>, Given<T>, 'required', false>
function dict<T extends object = Record<string, unknown>>(
  options?: CommonOptions<T, false, T | (() => T)>,
): Field<Given<T>, Given<T>, 'defaulted', false>
function dict(first?: FieldSpec | FieldSettings, second: FieldSettings = {}): FieldSpec {
  const isItem = first instanceof FieldSpec
  const options = isItem ? second : (first ?? {})
  return make(
    'dict',
    withEmptyDefault(options, () => ({})),
    isItem ? mapRule(first) : jsonRule('object'),
  )
}

/** Any JSON value, deeply frozen. */
function json<T = JsonValue>(
  options: CommonOptions<T, true, undefined> & { readonly required: true },
): Field<Given<T>, Given<T>, 'required', false>
function json<T = JsonValue>(options?: CommonOptions<T, false, undefined>): Field<Given<T>, Given<T>, 'optional', false>
function json(options: CommonOptions<never, boolean, undefined> = {}): FieldSpec {
  return make('json', options, jsonRule('any'))
}

/** An embedded value object. Takes an instance, or plain data to make one of. */
function valueObject<V extends object>(
  target: Constructor<V> | Later | string,
  options: CommonOptions<V, true, undefined> & { readonly required: true },
): Field<V, V, 'required', false>
function valueObject<V extends object>(
  target: Constructor<V> | Later | string,
  options: CommonOptions<V, false, V | (() => V)> & { readonly default: V | (() => V) },
): Field<V, V, 'defaulted', false>
function valueObject<V extends object>(
  target: Constructor<V> | Later | string,
  options?: CommonOptions<V, false, undefined>,
): Field<V, V, 'optional', false>
function valueObject(target: ElementRef, options: CommonOptions<never, boolean, unknown> = {}): FieldSpec {
  return make('valueObject', options as FieldSettings, embeddedRule(target))
}

/** One child entity, or none. Assigning another replaces it, undefined removes it. */
function hasOne<E extends object = never, C = Unresolved>(
  target: Later<C> | string,
): Field<InstanceOf<E, C>, InstanceOf<E, C>, 'optional', false>
function hasOne<E extends object>(target: Constructor<E>): Field<E, E, 'optional', false>
function hasOne(target: ElementRef): FieldSpec {
  return make('hasOne', {}, embeddedRule(target))
}

/** Child entities, in order: a live list with `add` and `remove`. Assigning a list replaces them. */
function hasMany<E extends object = never, C = Unresolved>(
  target: Later<C> | string,
): Field<Children<InstanceOf<E, C>>, readonly InstanceOf<E, C>[], 'defaulted', false>
function hasMany<E extends object>(target: Constructor<E>): Field<Children<E>, readonly E[], 'defaulted', false>
function hasMany(target: ElementRef): FieldSpec {
  return make('hasMany', {}, embeddedRule(target))
}

/**
 * The identity of another aggregate; takes an instance too. Never loads it: use its repository. On a child entity, a reference to its own
 * parent is filled in and kept by the framework.
 */
function reference<E extends object>(
  target: Constructor<E> | Later | string,
  options: CommonOptions<string, true, undefined> & { readonly required: true },
): Field<string, string | E, 'required', false>
function reference<E extends object>(
  target: Constructor<E> | Later | string,
  options?: CommonOptions<string, false, undefined>,
): Field<string, string | E, 'optional', false>
function reference(target: ElementRef, options: CommonOptions<string, boolean, undefined> = {}): FieldSpec {
  return make('reference', { maxLength: 255, ...options }, referenceRule(target, identifierRule({ maxLength: 255 })))
}

function withEmptyDefault(options: FieldSettings, empty: () => unknown): FieldSettings {
  return options.required === true || options.default !== undefined ? options : { ...options, default: empty }
}

/** The kinds of fields that elements are declared with. */
export const field = {
  string,
  text,
  integer,
  float,
  decimal,
  boolean,
  date,
  dateTime,
  identifier,
  auto,
  status,
  list,
  dict,
  json,
  valueObject,
  hasOne,
  hasMany,
  reference,
}
