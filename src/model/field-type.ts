import type { FieldSpec, Validator } from './field-spec.ts'

/** Whether a field must be given (`required`), is filled in when left out (`defaulted`), or may be absent (`optional`). */
export type FieldPresence = 'required' | 'defaulted' | 'optional'

/** A declared field. The members beginning with `~` exist for the type checker only. */
export interface Field<Type, Input = Type, Presence extends FieldPresence = FieldPresence, Id extends boolean = boolean> extends FieldSpec {
  readonly '~type': Type
  readonly '~input': Input
  readonly '~presence': Presence
  readonly '~id': Id
  /** Type of the property on an instance. */
  readonly '~prop': Presence extends 'optional' ? Type | undefined : Type
  /** The input of a field that may be left out; `unknown`, which adds nothing, for one that may not. */
  readonly '~optional': Presence extends 'required' ? unknown : Input | undefined
}

export type Fields = Readonly<Record<string, Field<unknown, unknown>>>

/** A condition, so that TypeScript does not take the `boolean` of a field that it expects for an `identifier` that was left out. */
export type IsTrue<Flag extends boolean> = [Flag] extends [true] ? true : false

export type PresenceOf<Required extends boolean, Default, Identifier extends boolean> = [Default] extends [undefined]
  ? true extends Required | IsTrue<Identifier>
    ? 'required'
    : 'optional'
  : 'defaulted'

/** A default is a value, or a function that makes one for each instance. */
export type DefaultOf<Value> = Value | (() => Value) | undefined

/** Options that every simple field takes. */
export interface CommonOptions<Value, Required extends boolean, Default> {
  /** Absent, null and `''` are refused with "is required". */
  readonly required?: Required
  readonly default?: Default
  /** No two stored objects may have the same value; absent ones never clash. Enforced by the database. */
  readonly unique?: boolean
  /** A function (false or a text refuses the value) or any Standard Schema, run after the field's own rules. */
  readonly validate?: Validator<Value>
  readonly description?: string
  /** Name of the column when it should not be the field's own. */
  readonly column?: string
  /** Former names of the field: messages stored under them are read, and a migration renames the column. */
  readonly renamedFrom?: string | readonly string[]
  readonly deprecated?: string | { readonly since: string; readonly removal?: string }
}

/** Values by property name, writable. */
export type Props<F extends Fields> = { -readonly [Name in keyof F]: F[Name]['~prop'] }

/** Values by property name, read-only. */
export type Values<F extends Fields> = { readonly [Name in keyof F]: F[Name]['~prop'] } & {}

type NeededNames<F extends Fields> = { [Name in keyof F]: F[Name]['~presence'] extends 'required' ? Name : never }[keyof F]

/** What a constructor takes, in the order of declaration: fields that are neither required nor identifiers may be left out. */
export type Input<F extends Fields> = Flat<{ [Name in keyof F]?: F[Name]['~optional'] } & { [Name in NeededNames<F>]: F[Name]['~input'] }>

/** What is given to change some of the values. */
export type Changes<F extends Fields> = { [Name in keyof F]?: F[Name]['~input'] | undefined } & {}

/** The same type as one flat object, so that hovering shows its members. */
export type Flat<T> = { [Name in keyof T]: T[Name] } & {}

/** The fields with `id` before them where none of them is the identifier; an abstract element leaves that to those that extend it. */
export type WithId<F extends Fields, IsAbstract extends boolean> = true extends F[keyof F]['~id'] | IsTrue<IsAbstract>
  ? F
  : { id: Field<string, string, 'defaulted', true> } & F
