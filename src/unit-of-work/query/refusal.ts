import { IncorrectUsageError } from '../../errors.ts'
import { nearest } from '../../util/nearest.ts'

/** How a query can be asked wrongly. What a value of the wrong type gets instead is a `ValidationError`, since values come from users. */
export type QueryProblem =
  | 'QUERY_UNKNOWN_FIELD'
  | 'QUERY_UNKNOWN_LOOKUP'
  | 'QUERY_LOOKUP_NOT_APPLICABLE'
  | 'QUERY_UNDEFINED_VALUE'
  | 'QUERY_INVALID_OPERAND'
  | 'QUERY_INVALID_CONDITION'
  | 'QUERY_INVALID_ORDER'
  | 'QUERY_INVALID_PAGE'
  | 'QUERY_INVALID_UPDATE'

export function refuse(code: QueryProblem, message: string): never {
  throw new IncorrectUsageError(message, { code })
}

export function refuseUnknown(
  code: 'QUERY_UNKNOWN_FIELD' | 'QUERY_UNKNOWN_LOOKUP',
  owner: string,
  name: string,
  known: readonly string[],
): never {
  const near = nearest(name, known)
  const what = code === 'QUERY_UNKNOWN_FIELD' ? 'field' : 'lookup'
  refuse(code, `${owner} has no ${what} "${name}".${near === undefined ? '' : ` Did you mean "${near}"?`} It has ${known.join(', ')}.`)
}
