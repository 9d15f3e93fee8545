import type { Entries, Keys, Leaf, Node, Section } from './schema-nodes.ts'

/**
 * The three faces of one declaration: what may be written (`Input`), what `domain.config` reads and accepts (`Draft`),
 * and what is in force after `init()` (`Settled`).
 */

type Flat<T> = { [K in keyof T]: T[K] } & {}

/** Everything may be left out, at every level. */
export type Input<K extends Keys> = { readonly [P in keyof K]?: InputOf<K[P]> | undefined }

type InputOf<N extends Node> =
  N extends Leaf<infer Value>
    ? Value
    : N extends Section<infer K>
      ? Input<K>
      : N extends Entries<infer K>
        ? Readonly<Record<string, Input<K>>>
        : never

/** Every key is there, and nothing can be changed. */
export type Settled<K extends Keys> = { readonly [P in keyof K]: SettledOf<K[P]> }

type SettledOf<N extends Node> =
  N extends Leaf<infer Value, infer Default>
    ? Default extends undefined
      ? Value | undefined
      : Readonly<Value>
    : N extends Section<infer K, infer Optional>
      ? Settled<K> | (Optional extends true ? undefined : never)
      : N extends Entries<infer K, infer Names>
        ? Readonly<Record<Names, Settled<K>> & Record<string, Settled<K>>>
        : never

/**
 * Top-level values with a default are always there; inside a section every value may be left out, so that a section can be assigned
 * with the keys that matter (`priorityLanes = { enabled: true }`), while nested sections are always there, so that their keys can be set.
 */
export type Draft<K extends Keys> = {
  -readonly [P in keyof K]: K[P] extends Leaf<infer Value, infer Default> ? Value | MaybeUnset<Default> : DraftOf<K[P]>
}

type MaybeUnset<Default> = Default extends undefined ? undefined : never
type LeafKeys<K extends Keys> = { [P in keyof K]: K[P] extends Leaf ? P : never }[keyof K]

type DraftSection<K extends Keys> = Flat<
  { [P in LeafKeys<K>]?: K[P] extends Leaf<infer Value> ? Value | undefined : never } & {
    [P in Exclude<keyof K, LeafKeys<K>>]: DraftOf<K[P]>
  }
>

type DraftOf<N extends Node> =
  N extends Section<infer K, infer Optional>
    ? DraftSection<K> | (Optional extends true ? undefined : never)
    : N extends Entries<infer K, infer Names>
      ? Record<Names, DraftSection<K>> & Record<string, DraftSection<K>>
      : never
