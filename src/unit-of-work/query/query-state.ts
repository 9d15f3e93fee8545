import type { Criteria } from '../../ports/criteria.ts'
import type { Ordering, Selection } from '../../ports/database.ts'
import { allOf } from './criteria-builder.ts'
import { parseOrder } from './ordering.ts'
import type { QuerySource } from './query-source.ts'
import { refuse } from './refusal.ts'
import type { RecordShape } from './selected-record.ts'

/** What a query has been told so far. Never changed; each step makes another. */
export interface QueryState {
  readonly where: readonly Criteria[]
  /** Undefined where the element's default order applies. */
  readonly order: readonly Ordering[] | undefined
  readonly limit: number | undefined
  readonly offset: number
  /** Present when records were selected instead of objects. */
  readonly shape: RecordShape | undefined
  /** Why the query cannot write, when it cannot. */
  readonly readOnly: string | undefined
}

export const ASKS_FOR_ALL: QueryState = { where: [], order: undefined, limit: undefined, offset: 0, shape: undefined, readOnly: undefined }

export function selectionOf<Element extends object>(source: QuerySource<Element>, state: QueryState): Selection {
  const { mapping } = source
  return {
    cluster: mapping.cluster,
    where: allOf(state.where),
    orderBy: state.order ?? parseOrder(mapping, source.defaultOrder),
    limit: state.limit,
    offset: state.offset === 0 ? undefined : state.offset,
    rootsOnly: state.shape === undefined ? undefined : true,
  }
}

/** The number, if it is a whole one from `least`. */
export function wholeNumber(what: string, value: unknown, least: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number
  return refuse('QUERY_INVALID_PAGE', `${what} is ${String(value)}: give a whole number from ${least}.`)
}
