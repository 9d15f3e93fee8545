import type { ColumnSchema, ColumnValue, IndexCondition, TableSchema } from '../../ports/table.ts'
import { columnOf } from './columns.ts'
import type { Dialect } from './dialect.ts'

type Comparing = Extract<IndexCondition, { readonly op: 'compare' }>

const OPERATORS = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

/**
 * The condition of an index as it is written after `WHERE`: without parameters and without what only queries may have. It comes out unknown where SQL says
 * so, and such a row is not in the index; `not` makes two values of the three, as it does in queries.
 */
export function indexPredicate(dialect: Dialect, table: TableSchema, where: IndexCondition): string {
  switch (where.op) {
    case 'and':
    case 'or': {
      const terms = where.terms.map((term) => indexPredicate(dialect, table, term))
      if (terms.length === 0) return where.op === 'and' ? '1 = 1' : '1 = 0'
      return terms.length === 1 ? `${terms[0]}` : `(${terms.join(where.op === 'and' ? ' AND ' : ' OR ')})`
    }
    case 'not':
      return `((${indexPredicate(dialect, table, where.term)}) IS NOT TRUE)`
    case 'compare':
      return comparison(dialect, columnOf(table, where.column), where)
  }
}

function comparison(dialect: Dialect, column: ColumnSchema, { lookup, value }: Comparing): string {
  const name = dialect.identifier(column.name)
  if (lookup === 'isNull') return `${name} IS ${value === true ? '' : 'NOT '}NULL`
  const stored = dialect.comparable(column.type, name)
  const operand = (one: ColumnValue) => dialect.comparable(column.type, dialect.literal(column.type, one))
  if (lookup !== 'in') return value === null ? '1 = 0' : `${stored} ${OPERATORS[lookup]} ${operand(value as ColumnValue)}`
  const values = (value as readonly ColumnValue[]).filter((one) => one !== null)
  return values.length === 0 ? '1 = 0' : `${stored} IN (${values.map(operand).join(', ')})`
}
