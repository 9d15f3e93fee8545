/** Anything that constructs a `T`; arguments do not matter. */
export type Constructor<T extends object = object> = abstract new (...args: never) => T

/** Elements are referred to by class, by persistent name, or by a function that gives the class once it exists. */
export type ElementRef = string | Constructor | (() => unknown)

export type ElementKind = 'aggregate' | 'entity' | 'valueObject' | 'event' | 'command' | 'query' | 'projection' | 'processManager'

/** What has a table and is part of no other element's. */
export const STORED_KINDS: ReadonlySet<ElementKind> = new Set(['aggregate', 'projection', 'processManager'])

/** What a field needs to know of the element that it embeds or contains. */
export interface TargetElement {
  readonly name: string
  readonly kind: string
  isInstance(value: unknown): value is object
  /** A new, validated instance. Throws `ValidationError`. */
  create(input: unknown): object
  /** An instance from plain data that an instance gave before; nothing is validated. */
  fromPlain(plain: unknown): object
}

/** Finds elements of one domain, by name only those of these kinds. Throws `ConfigurationError` for an element that does not exist. */
export interface ElementLookup {
  target(ref: ElementRef, kinds?: readonly ElementKind[]): TargetElement
}
