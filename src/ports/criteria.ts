import type { ColumnValue, TableSchema } from './table.ts'

/**
 * Comparisons of a column with a value. `contains`, `startsWith`, `endsWith` and `iexact` and `icontains` take their operand literally (no wildcards);
 * those beginning with `i` ignore case, all others do not. On a column that is null only `isNull` can match.
 * `any` asks whether a list column holds the value, `overlap` whether it shares one with the given list.
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
  /** At least one child row meets the criteria. */
  | { readonly op: 'some'; readonly child: TableSchema; readonly where: Criteria }

/** The condition that every row meets. */
export const EVERYTHING: Criteria = { op: 'and', terms: [] }
