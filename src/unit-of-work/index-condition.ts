import { IncorrectUsageError } from '../errors.ts'
import type { Criteria } from '../ports/criteria.ts'
import type { IndexCondition, IndexLookup } from '../ports/table.ts'
import { buildCriteria } from './query/criteria-builder.ts'
import type { TableMapping } from './table-mapping.ts'

const LOOKUPS: readonly string[] = ['eq', 'ne', 'in', 'gt', 'gte', 'lt', 'lte', 'isNull'] satisfies readonly IndexLookup[]

/**
 * What the condition that an index was declared with comes to. Fails as a query with that condition would, and with `IncorrectUsageError` for one that is fine
 * for a query, but that not every database can keep with an index.
 */
export function indexCondition(mapping: TableMapping, where: object): IndexCondition {
  return narrowed(mapping, buildCriteria(mapping, where))
}

function narrowed(mapping: TableMapping, criteria: Criteria): IndexCondition {
  switch (criteria.op) {
    case 'and':
    case 'or':
      return { op: criteria.op, terms: criteria.terms.map((term) => narrowed(mapping, term)) }
    case 'not':
      return { op: 'not', term: narrowed(mapping, criteria.term) }
    case 'some':
      return refuse('An index is about the rows of one table, so that its condition cannot ask for children.')
    case 'compare': {
      const { column, lookup, value } = criteria
      const { type, field = column } = mapping.table.columns.find(({ name }) => name === column) ?? {}
      if (!LOOKUPS.includes(lookup)) return refuse(`"${lookup}" on ${field} cannot be kept with an index: use ${LOOKUPS.join(', ')}.`)
      if (type === 'json' && lookup !== 'isNull') return refuse(`${field} is stored as JSON, of which an index can only know isNull.`)
      return { op: 'compare', column, lookup: lookup as IndexLookup, value }
    }
  }
}

function refuse(message: string): never {
  throw new IncorrectUsageError(message, { code: 'INDEX_CONDITION_INVALID' })
}
