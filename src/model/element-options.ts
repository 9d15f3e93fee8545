import type { ElementRef } from './element-ref.ts'

export type Deprecation = string | { readonly since: string; readonly removal?: string }

/** Options that every element takes. */
export interface ElementOptions {
  readonly deprecated?: Deprecation
  /** Codes of `domain.check()` findings that are meant to be so. */
  readonly suppressChecks?: readonly string[]
}

export interface IndexOptions {
  readonly fields: readonly string[]
  readonly name?: string
  readonly unique?: boolean
  /** Which of the fields are indexed in descending order. */
  readonly descending?: readonly string[]
  /** Further fields stored in the index, for reads that it can answer alone. A unique index of SQLite goes without them. */
  readonly include?: readonly string[]
  /**
   * Which objects the index is about, as a query's `filter` takes it: `{ status: 'open' }`, or made by `and`, `or` and
   * `not`, which there need to be told the fields: `not<{ total: number }>(…)`. With `unique`, only those must
   * differ from each other. It compares fields of the element itself, by `eq`, `ne`, `in`, `gt`, `gte`, `lt`, `lte` and `isNull`.
   */
  readonly where?: object
}

interface StoredOptions<IsAbstract extends boolean> extends ElementOptions {
  /** Only there to be extended: has no instances and no table. */
  readonly abstract?: IsAbstract
  /** Name of the entry in `databases` that stores it; `default` when left out. */
  readonly provider?: string
  /** Name of the table; the element's name in snake case when left out. */
  readonly schemaName?: string
  readonly indexes?: readonly IndexOptions[]
}

export interface AggregateOptions<Parent = never, IsAbstract extends boolean = boolean, IsSourced extends boolean = boolean>
  extends StoredOptions<IsAbstract> {
  /** Whether its state is what its events have made of it: then there is no table, and `applies` says what each event does. */
  readonly eventSourced?: IsSourced
  /** The abstract element whose fields, rules and methods it has too. */
  readonly extends?: Parent
  /** Category of its event streams, without the domain's name; the aggregate's name in snake case when left out. */
  readonly streamCategory?: string
  /** Whether every change of it is also told as an event with its whole state, in a category of its own: `domain.factEvent(Order)`. */
  readonly factEvents?: boolean
}

export interface EntityOptions<Parent = never, IsAbstract extends boolean = boolean> extends Omit<StoredOptions<IsAbstract>, 'provider'> {
  /** The abstract element whose fields, rules and methods it has too. */
  readonly extends?: Parent
  /** The aggregate or entity that contains it. */
  readonly partOf?: ElementRef
}

export interface ProjectionOptions<Parent = never> extends StoredOptions<boolean> {
  /** The abstract element whose fields, rules and methods it has too. */
  readonly extends?: Parent
  /** Name of the entry in `caches` that stores it, instead of a database. */
  readonly cache?: string
  /** Order of query results that ask for none, such as `['-total']`. */
  readonly orderBy?: readonly string[]
  /** Filled by something other than a projector of this domain. */
  readonly externallyPopulated?: boolean
}

export interface ProcessManagerOptions extends Omit<StoredOptions<false>, 'abstract'> {
  /** Category of the streams of its own events, without the domain's name; its name in snake case when left out. */
  readonly streamCategory?: string
}

export interface ValueObjectOptions<Parent = never> extends ElementOptions {
  /** The abstract element whose fields, rules and methods it has too. */
  readonly extends?: Parent
  readonly abstract?: boolean
  readonly partOf?: ElementRef
}

interface MessageOptions extends ElementOptions {
  readonly abstract?: boolean
  /** Version of the message's shape, from 1. Older ones are read through `domain.upcaster`. */
  readonly version?: number
  /** Persistent names that it had before: stored messages have them. */
  readonly renamedFrom?: string | readonly string[]
  /** Whether stored messages may hold values that no field has, which are then left out; `lenientDeserialization` of the configuration when left out. */
  readonly lenient?: boolean
  readonly partOf?: ElementRef
}

export interface EventOptions<Parent = never> extends MessageOptions {
  /** The abstract element whose fields, rules and methods it has too. */
  readonly extends?: Parent
  /** Part of the published language: also sent to external brokers. */
  readonly published?: boolean
  /** The event to use instead of this deprecated one. */
  readonly supersededBy?: ElementRef
}

export interface CommandOptions<Returns = undefined, Parent = never> extends MessageOptions {
  /** The abstract element whose fields, rules and methods it has too. */
  readonly extends?: Parent
  /** What its handler returns. */
  readonly returns?: Returns
}

export interface QueryOptions<Returns = undefined> extends ElementOptions {
  readonly abstract?: boolean
  readonly partOf?: ElementRef
  /** What its handler returns: a field, an element class, or a list of either. */
  readonly returns?: Returns
}
