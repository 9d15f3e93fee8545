import type { Condition } from './condition.ts'
import type { OrderedPath, OwnName, ValuePartPath } from './data-fields.ts'
import type { Page } from './page.ts'
import type { SelectedRecord } from './selected-record.ts'

/** Names and paths that records can be made of. */
export type SelectablePath<Element> = OwnName<Element> | ValuePartPath<Element>

/** Names and paths to order by, with `-` before one for descending order. */
export type OrderName<Element> = OrderedPath<Element> | `-${OrderedPath<Element>}`

/**
 * A question to the database, put together step by step: every step gives a new query and leaves this one as it was. Steps check what they are given and
 * throw at once (`IncorrectUsageError` with a code `QUERY_…`, `ValidationError` for values that do not fit their fields). Nothing is read before
 * `all`, `first`, `one`, `count`, `exists` or `iterate`. There is no limit but the one that you set.
 */
export interface ReadOnlyQuery<Element extends object, Item = Element> {
  /** Only what meets all of these conditions, and those of earlier steps. */
  filter(condition: Condition<Element>, ...more: readonly Condition<Element>[]): ReadOnlyQuery<Element, Item>
  /**
   * Leaves out what meets any of these conditions: the same as `filter(not(condition))` for each. So `exclude({ a: 1, b: 2 })` leaves out what has
   * both, `exclude({ a: 1 }, { b: 2 })` what has either. Where a comparison cannot be made because the data is absent, nothing is left out.
   */
  exclude(condition: Condition<Element>, ...more: readonly Condition<Element>[]): ReadOnlyQuery<Element, Item>
  /**
   * Orders by these fields, after those of earlier steps; the identifier decides between equals. Absent values come last, in descending order first. Replaces
   * the default order, which is the element's `orderBy`, then the identifier.
   */
  orderBy(...names: readonly OrderName<Element>[]): ReadOnlyQuery<Element, Item>
  /** At most so many; 0 means none. Undefined takes the limit away again. */
  limit(count: number | undefined): ReadOnlyQuery<Element, Item>
  /** Skips so many. */
  offset(count: number): ReadOnlyQuery<Element, Item>
  /** Frozen records of these fields instead of objects. A second `select` replaces the first. */
  select<const Path extends SelectablePath<Element>>(...paths: readonly Path[]): ReadOnlyQuery<Element, SelectedRecord<Element, Path>>
  /** Everything that matches, or the page that limit and offset cut out, with the total; one call to the database. */
  all(): Promise<Page<Item>>
  first(): Promise<Item | undefined>
  /** The only one. Throws `ObjectNotFoundError` for none and `TooManyObjectsError` for several. */
  one(): Promise<Item>
  /** How many match, whatever limit and offset are. Reads no rows. */
  count(): Promise<number>
  /** Whether anything matches, whatever limit and offset are. Reads no rows. */
  exists(): Promise<boolean>
  /**
   * One after the other, read in pages that each begin after the last row of the one before (keyset paging), so that nothing is skipped or given twice
   * while rows come and go; a row whose ordering fields change meanwhile may be.
   */
  iterate(options?: IterateOptions): AsyncGenerator<Item, void, undefined>
  [Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined>
}

export interface IterateOptions {
  /** Rows read at a time; 200 unless told. It limits nothing but memory. */
  readonly pageSize?: number
}
