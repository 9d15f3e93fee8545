import type { Aggregate } from '../../model/element-class.ts'
import type { Embedded } from './data-fields.ts'

/** What data of a type is compared with. */
export type Operand<Value> = [Value] extends [Date]
  ? Date | string | number
  : [Value] extends [readonly (infer Item)[]]
    ? readonly Operand<Item>[]
    : Value

/** The same for equality. A text may be a reference, and that takes the object referred to as well. */
export type EqualOperand<Value> = [Value] extends [string] ? (string extends Value ? Value | Aggregate : Value) : Operand<Value>

/** What may stand for itself and means `eq`. An object literal always holds lookups. */
export type Bare<Value> = [Value] extends [string | number | boolean | Date | readonly unknown[] | Embedded]
  ? EqualOperand<Value>
  : Extract<Value, string | number | boolean | readonly unknown[]>

export interface EqualityLookups<Operand> {
  /** Equal; null means absent. Value objects are equal when all their parts are. */
  readonly eq?: Operand | null
  /** There, and not equal; null means that it is there at all. To find absent ones too, use `exclude` or `not`. */
  readonly ne?: Operand | null
  /** Equal to one of these; an empty list matches nothing. */
  readonly in?: readonly Operand[]
  /** Whether it is absent, or with `false` whether it is there. */
  readonly isNull?: boolean
}

/** Never true of absent data. Text is ordered by code point. */
export interface OrderLookups<Operand> {
  readonly gt?: Operand
  readonly gte?: Operand
  readonly lt?: Operand
  readonly lte?: Operand
}

/** The text is taken literally: no wildcards. Those beginning with `i` ignore case, in the same way on every database. */
export interface TextLookups {
  readonly iexact?: string
  readonly contains?: string
  readonly icontains?: string
  readonly startsWith?: string
  readonly endsWith?: string
}

export interface ListLookups<Item> {
  /** The list holds this. */
  readonly any?: Item
  /** The list holds at least one of these. */
  readonly overlap?: readonly Item[]
}

/** The comparisons that data of a type allows; several together must all hold. */
export type Lookups<Value> = [Value] extends [string]
  ? EqualityLookups<EqualOperand<Value>> & OrderLookups<Operand<Value>> & TextLookups
  : [Value] extends [number | Date]
    ? EqualityLookups<EqualOperand<Value>> & OrderLookups<Operand<Value>>
    : [Value] extends [boolean | Embedded]
      ? EqualityLookups<Value>
      : [Value] extends [readonly (infer Item)[]]
        ? EqualityLookups<EqualOperand<Value>> & ListLookups<Operand<Item>>
        : EqualityLookups<Value> & ListLookups<unknown>
