import type { ColumnValue, TableSchema } from './table.ts'

/**
 * Comparisons of a column with a value of the column's type. On a column that is null only `isNull` can match, and a null operand,
 * or a null among the operands of `in` and `overlap`, matches nothing. What does not fit is refused by `checkCriteria`.
 * - `eq`, `ne`, `in`: numbers and decimals by value (`1.50` is `1.5`), timestamps by instant, json by content, whatever the order of keys.
 * - `gt`, `gte`, `lt`, `lte`: every type but json; text by code point, false before true. A number column compares with any finite number.
 * - `contains`, `startsWith`, `endsWith`, `iexact`, `icontains`: text columns. The operand is taken literally (no wildcards);
 *   those beginning with `i` ignore case as `foldCase` does, all others do not.
 * - `isNull`: whether the column is null, or with `false` whether it is not.
 * - `any`, `overlap`: json columns. Whether the list there holds the value, or shares one with the given list; false for what is no list.
 */
export type Lookup =
  | 'eq'
  | 'ne'
  | 'iexact'
  | 'contains'
  | 'icontains'
  | 'startsWith'
  | 'endsWith'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'in'
  | 'isNull'
  | 'any'
  | 'overlap'

/**
 * A condition on rows, as a tree. Two-valued: a comparison with null does not hold, and `not` turns exactly what did not hold into what does
 * (unlike SQL, where it would stay unknown), so De Morgan's laws are valid on every adapter.
 */
export type Criteria =
  | { readonly op: 'and'; readonly terms: readonly Criteria[] }
  | { readonly op: 'or'; readonly terms: readonly Criteria[] }
  | { readonly op: 'not'; readonly term: Criteria }
  | { readonly op: 'compare'; readonly column: string; readonly lookup: Lookup; readonly value: ColumnValue | readonly ColumnValue[] }
  /** At least one child row meets the criteria. `child` is a child of the table that the condition stands in; nests to any depth. */
  | { readonly op: 'some'; readonly child: TableSchema; readonly where: Criteria }

/**
 * The one rule for ignoring case: every character is lower-cased by itself and in no particular language, and `ς` counts as `σ`.
 * So `Ä` is `ä` and `İ` is `i`, but `ß` is not `ss`. An adapter whose engine knows less (SQLite lower-cases ASCII only) registers this function
 * with it; on PostgreSQL it is `translate(lower(translate(x, 'İ', 'i') collate "und-x-icu"), 'ς', 'σ')`.
 */
export function foldCase(text: string): string {
  return text.replaceAll('İ', 'i').toLowerCase().replaceAll('ς', 'σ')
}

/** The condition that every row meets. */
export const EVERYTHING: Criteria = { op: 'and', terms: [] }
