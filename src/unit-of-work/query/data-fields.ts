import type { Children } from '../../model/children.ts'
import type { KIND } from '../../model/element-class.ts'

/** An embedded value object, as the type checker knows it. */
export interface Embedded {
  readonly [KIND]: 'valueObject'
}

/** A child entity, as the type checker knows it. */
export interface Contained {
  readonly [KIND]: 'entity' | 'aggregate'
}

type Method = (...args: never[]) => unknown

/** Names of an element's data: neither its methods nor what begins with `_`. */
export type DataName<Element> = {
  [Name in keyof Element & string]-?: Name extends `_${string}` ? never : Element[Name] extends Method ? never : Name
}[keyof Element & string]

/** What a path goes on into: the value object, the child, or one of the children; never for data that has no parts. */
type Inside<Value> = [Value] extends [never]
  ? never
  : [Value] extends [Children<infer Child>]
    ? Child
    : [Value] extends [Embedded | Contained]
      ? Value
      : never

// A value object's `hash` is made by the framework and not stored.
type PartName<Part> = [Part] extends [never] ? never : Part extends Embedded ? Exclude<DataName<Part>, 'hash'> : DataName<Part>

/** Names of what stands inside an element's data, such as `price.currency` and `items.sku`. */
export type PartPath<Element> = {
  [Name in DataName<Element>]: `${Name}.${PartName<Inside<NonNullable<Element[Name]>>>}`
}[DataName<Element>]

/** Names of the parts of an element's value objects, such as `price.currency`. */
export type ValuePartPath<Element> = {
  [Name in DataName<Element>]: NonNullable<Element[Name]> extends Embedded ? `${Name}.${PartName<NonNullable<Element[Name]>>}` : never
}[DataName<Element>]

/** Paths of three names and more, which are checked when the query is made. */
export type DeepPath = `${string}.${string}.${string}`

/** Type of the data at a name or a path. */
export type DataAt<Element, Path> = Path extends keyof Element
  ? Element[Path]
  : Path extends `${infer Name}.${infer Part}`
    ? Name extends keyof Element
      ? Part extends keyof Inside<NonNullable<Element[Name]>>
        ? Inside<NonNullable<Element[Name]>>[Part] | (undefined extends Element[Name] ? undefined : never)
        : unknown
      : unknown
    : unknown

/** Names of the data that an element holds itself: all but its children. */
export type OwnName<Element> = {
  [Name in DataName<Element>]: NonNullable<Element[Name]> extends Contained | Children<infer _Child> ? never : Name
}[DataName<Element>]

/** Names and paths of data that has an order. */
export type OrderedPath<Element> =
  | {
      [Path in OwnName<Element> | ValuePartPath<Element>]: NonNullable<DataAt<Element, Path>> extends string | number | boolean | Date
        ? Path
        : never
    }[OwnName<Element> | ValuePartPath<Element>]
  | DeepPath
