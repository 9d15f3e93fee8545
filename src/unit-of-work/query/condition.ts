import type { Children } from '../../model/children.ts'
import type { Contained, DataAt, DataName, DeepPath, PartPath } from './data-fields.ts'
import type { Bare, Lookups } from './lookups.ts'

declare const OF: unique symbol

/** Conditions joined or negated by `and`, `or` and `not`. */
export interface Combination<in Element> {
  readonly [OF]: (element: Element) => void
}

/** What the data at one name or path must be. */
export type Match<Value> = MatchPresent<Value & {}>

type MatchPresent<Value> = [Value] extends [Children<infer Child>]
  ? { readonly some: Condition<Child> }
  : [Value] extends [Contained]
    ? { readonly some?: Condition<Value>; readonly isNull?: boolean } | null
    : Bare<Value> | Lookups<Value> | null

/**
 * Conditions by field, all of which must hold: `{ status: 'placed', total: { gte: 100 }, 'price.currency': 'USD' }`.
 * - A value stands for `{ eq: value }`, null for `{ isNull: true }`. `undefined` is refused: a forgotten variable must not widen a query.
 * - A path into children (`'items.sku'`) means that at least one child matches; each path may find another child. Conditions that the same
 *   child must meet go into `items: { some: { … } }`.
 * - An object literal always holds lookups. To compare with one, write `{ eq: … }`.
 */
export type Filter<Element> = { readonly [Name in DataName<Element>]?: Match<Element[Name]> } & {
  readonly [Path in PartPath<Element>]?: Match<DataAt<Element, Path>>
} & { readonly [path in DeepPath]?: unknown }

/** What objects must be to be found. */
export type Condition<Element> = Filter<Element> | Combination<Element>

/** A combination as the query reads it. */
export class CombinedCondition {
  readonly op: 'and' | 'or' | 'not'
  readonly terms: readonly unknown[]

  constructor(op: 'and' | 'or' | 'not', terms: readonly unknown[]) {
    this.op = op
    this.terms = terms
  }
}

/** All of these hold; with none, everything matches. Outside a query name the element: `and<Order>(…)`. */
export function and<Element extends object>(...conditions: readonly Condition<Element>[]): Combination<Element> {
  return combine('and', conditions)
}

/** At least one of these holds; with none, nothing matches. Outside a query name the element: `or<Order>(…)`. */
export function or<Element extends object>(...conditions: readonly Condition<Element>[]): Combination<Element> {
  return combine('or', conditions)
}

/**
 * Exactly what does not meet the condition, objects included for which a comparison could not be made because the data is absent.
 * Outside a query name the element: `not<Order>(…)`.
 */
export function not<Element extends object>(condition: Condition<Element>): Combination<Element> {
  return combine('not', [condition])
}

function combine<Element>(op: 'and' | 'or' | 'not', terms: readonly unknown[]): Combination<Element> {
  return new CombinedCondition(op, terms) as unknown as Combination<Element>
}
