import type { Constructor, ElementRef } from './element-ref.ts'
import type { Field, FieldPresence } from './field-type.ts'

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
  /** Further fields stored in the index, for reads that it can answer alone. */
  readonly include?: readonly string[]
}

interface StoredOptions extends ElementOptions {
  readonly abstract?: boolean
  /** Name of the entry in `databases` that stores it; `default` when left out. */
  readonly provider?: string
  /** Name of the table; the element's name in snake case when left out. */
  readonly schemaName?: string
  readonly indexes?: readonly IndexOptions[]
}

export interface AggregateOptions extends StoredOptions {
  readonly eventSourced?: boolean
  /** Category of its event streams, without the domain's name; the aggregate's name in snake case when left out. */
  readonly streamCategory?: string
  /** The abstract aggregate whose fields, rules and methods it has too. */
  readonly extends?: Constructor
}

export interface EntityOptions extends Omit<StoredOptions, 'provider'> {
  /** The aggregate or entity that contains it. */
  readonly partOf?: ElementRef
  readonly extends?: Constructor
}

export interface ProjectionOptions extends StoredOptions {
  /** Name of the entry in `caches` that stores it, instead of a database. */
  readonly cache?: string
  /** Order of query results that ask for none, such as `['-total']`. */
  readonly orderBy?: readonly string[]
  /** Filled by something other than a projector of this domain. */
  readonly externallyPopulated?: boolean
  readonly extends?: Constructor
}

export interface ValueObjectOptions extends ElementOptions {
  readonly abstract?: boolean
  readonly partOf?: ElementRef
  readonly extends?: Constructor
}

interface MessageOptions extends ElementOptions {
  readonly abstract?: boolean
  /** Version of the message's shape, from 1. */
  readonly version?: number
  readonly partOf?: ElementRef
  readonly extends?: Constructor
}

export interface EventOptions extends MessageOptions {
  /** Part of the published language: also sent to external brokers. */
  readonly published?: boolean
  /** The event to use instead of this deprecated one. */
  readonly supersededBy?: ElementRef
}

export interface CommandOptions<Returns extends Field<unknown, unknown, FieldPresence, boolean> | undefined = undefined>
  extends MessageOptions {
  /** What its handler returns. */
  readonly returns?: Returns
}

export interface QueryOptions<Returns = undefined> extends ElementOptions {
  readonly abstract?: boolean
  readonly partOf?: ElementRef
  /** What its handler returns: a field, an element class, or a list of either. */
  readonly returns?: Returns
}
