/**
 * The vocabulary in which the configuration is declared. One declaration (`schema.ts`) gives the types, the defaults, the spelling in
 * `domain.toml`, the checks and the reference page, so none of them can disagree with another.
 *
 * A section is a table with known keys, entries are a table of named sections (`databases.default`, `databases.reports`), a leaf is one value.
 */

export interface Rules {
  readonly choices?: readonly string[]
  /** Choices may be written in capitals. */
  readonly anyCase?: true
  /** The original has it and this implementation does not: what to use in its place. It is refused. */
  readonly instead?: string
  readonly min?: number
  readonly moreThan?: number
  readonly max?: number
  readonly nonBlank?: true
  /** Spellings in a file, the preferred one first, where snake_case is not the one. */
  readonly spelled?: readonly [string, ...string[]]
  /** Belongs to a connection: a provider that works in process never looks at it. */
  readonly connection?: true
  /** The default gives way to `server.defaultSubscriptionProfile`. */
  readonly unlessProfile?: true
}

export type LeafKind = 'string' | 'integer' | 'number' | 'boolean' | 'list' | 'bag'

/** `Default` is `undefined` for a key that may stay unset, and the value's type for one that is always there. */
export interface Leaf<Value = unknown, Default = unknown> extends Rules {
  readonly kind: LeafKind
  readonly about: string
  readonly default: Default
  /** What the values of a bag must be; a bag without it takes anything. */
  readonly of?: 'string' | 'integer' | 'level'
  readonly '~value'?: Value
}

/** Which built-in providers may be named, and what a URI without a provider stands for: see `providers.ts`. */
export type AdapterKind = 'databases' | 'eventStore' | 'brokers' | 'caches'

export type Keys = Readonly<Record<string, Node>>

export interface Section<K extends Keys = Keys, Optional extends boolean = boolean> {
  readonly kind: 'section'
  readonly about: string
  readonly keys: K
  readonly optional: Optional
  readonly adapter?: AdapterKind
}

export interface Entries<K extends Keys = Keys, Names extends string = string> {
  readonly kind: 'entries'
  readonly about: string
  readonly entry: Section<K, false>
  /** Names that must be there. */
  readonly required: readonly Names[]
}

export type Node = Leaf | Section | Entries

type OrUndefined<Default, Value> = Default extends undefined ? undefined : Value

function make<Value>(kind: LeafKind) {
  return <Default extends Value | undefined>(
    initial: Default,
    about: string,
    rules: Rules = {},
  ): Leaf<Value, OrUndefined<Default, Value>> => ({
    kind,
    about,
    default: initial as OrUndefined<Default, Value>,
    ...rules,
  })
}

export const string = make<string>('string')
export const integer = make<number>('integer')
export const number = make<number>('number')
export const boolean = make<boolean>('boolean')
export const list = make<readonly string[]>('list')

export function choice<const Choice extends string, Default extends NoInfer<Choice> | undefined>(
  choices: readonly Choice[],
  initial: Default,
  about: string,
  rules: Rules = {},
): Leaf<Choice, OrUndefined<Default, Choice>> {
  return { kind: 'string', choices, about, default: initial as unknown as OrUndefined<Default, Choice>, ...rules }
}

/** A table whose keys are the user's own; it starts out empty. */
export function bag(about: string, rules?: Rules): Leaf<Record<string, unknown>, Record<string, unknown>>
export function bag(of: 'string', about: string): Leaf<Record<string, string>, Record<string, string>>
export function bag(of: 'level', about: string): Leaf<Record<string, string>, Record<string, string>>
export function bag(of: 'integer', about: string): Leaf<Record<string, number>, Record<string, number>>
export function bag(first: string, second: string | Rules = {}): Leaf<Record<string, unknown>, Record<string, unknown>> {
  if (typeof second !== 'string') return { kind: 'bag', about: first, default: {}, ...second }
  return { kind: 'bag', about: second, default: {}, of: first === 'integer' || first === 'level' ? first : 'string' }
}

/** A key of the original that nothing here answers to, so that whoever says it is told what does. */
export function refused(about: string, instead: string): Leaf<never, undefined> {
  return { kind: 'string', about: `${about} Refused: ${instead}`, default: undefined, instead }
}

/** A key with no default of its own whose value is nevertheless always known once the configuration is complete. */
export function derived<Value>(leaf: Leaf<Value, undefined>): Leaf<Value, Value> {
  return leaf as unknown as Leaf<Value, Value>
}

export function unlessProfile<Value>(leaf: Leaf<Value, Value>): Leaf<Value, undefined> {
  return { ...leaf, unlessProfile: true } as unknown as Leaf<Value, undefined>
}

export function section<const K extends Keys>(about: string, keys: K, adapter?: AdapterKind): Section<K, false> {
  return { kind: 'section', about, keys, optional: false, ...(adapter && { adapter }) }
}

export function optionalSection<const K extends Keys>(about: string, keys: K, adapter?: AdapterKind): Section<K, true> {
  return { ...section(about, keys, adapter), optional: true }
}

export function entries<const K extends Keys, Names extends string = never>(
  about: string,
  entry: Section<K, false>,
  required: readonly Names[] = [],
): Entries<K, Names> {
  return { kind: 'entries', about, entry, required }
}
