import type { Criteria } from '../../ports/criteria.ts'
import { foldCase } from '../../ports/criteria.ts'
import type { ColumnType, ColumnValue, TableSchema } from '../../ports/table.ts'
import { columnOf, comparableColumn, qualified } from './columns.ts'
import type { StatementBuilder } from './statement-builder.ts'
import { characterCount, textAfterPrefix } from './text-prefix.ts'

type Comparing = Extract<Criteria, { readonly op: 'compare' }>

const ALWAYS = '1 = 1'
const NEVER = '1 = 0'

/**
 * Criteria that `checkCriteria` has let pass, as a condition on the row called `alias`. It may come out unknown where SQL says so, and then does not hold;
 * `not` makes two values of the three, so the whole is as two-valued as the port wants it.
 */
export function compileCriteria(builder: StatementBuilder, table: TableSchema, alias: string, where: Criteria, depth = 0): string {
  switch (where.op) {
    case 'and':
      return joined(where.terms, ' AND ', ALWAYS, (term) => compileCriteria(builder, table, alias, term, depth))
    case 'or':
      return joined(where.terms, ' OR ', NEVER, (term) => compileCriteria(builder, table, alias, term, depth))
    case 'not':
      return `(${compileCriteria(builder, table, alias, where.term, depth)}) IS NOT TRUE`
    case 'some':
      return compileSome(builder, table, alias, where.child, where.where, depth + 1)
    case 'compare':
      return compileComparison(builder, table, alias, where)
  }
}

/** Whether there are criteria at all. */
export function isEverything(where: Criteria): boolean {
  return where.op === 'and' && where.terms.every(isEverything)
}

function compileSome(
  builder: StatementBuilder,
  table: TableSchema,
  alias: string,
  child: TableSchema,
  where: Criteria,
  depth: number,
): string {
  const { dialect } = builder
  const childAlias = `s${depth}`
  const link = `${qualified(dialect, childAlias, child.parent?.column ?? '')} = ${qualified(dialect, alias, table.primaryKey)}`
  const condition = isEverything(where) ? '' : ` AND (${compileCriteria(builder, child, childAlias, where, depth)})`
  return `EXISTS (SELECT 1 FROM ${dialect.table(child.name)} AS ${childAlias} WHERE ${link}${condition})`
}

function compileComparison(
  builder: StatementBuilder,
  table: TableSchema,
  alias: string,
  { column: name, lookup, value }: Comparing,
): string {
  const column = columnOf(table, name)
  const stored = qualified(builder.dialect, alias, name)
  if (lookup === 'isNull') return `${stored} IS ${value === true ? '' : 'NOT '}NULL`
  if (value === null) return NEVER
  if (lookup === 'in' || lookup === 'overlap') {
    const values = (value as readonly ColumnValue[]).filter((one) => one !== null)
    if (values.length === 0) return NEVER
    return lookup === 'in'
      ? builder.dialect.oneOf(builder.bind, column.type, comparableColumn(builder.dialect, alias, column), values)
      : builder.dialect.listHoldsOneOf(builder.bind, stored, values)
  }
  const one = value as ColumnValue
  const comparison = OPERATORS[lookup]
  if (comparison !== undefined)
    return `${comparableColumn(builder.dialect, alias, column)} ${comparison} ${builder.operand(column.type, one)}`
  return lookup === 'any'
    ? builder.dialect.listHoldsOneOf(builder.bind, stored, [one])
    : compileText(builder, stored, lookup, String(value))
}

const OPERATORS: Readonly<Partial<Record<Comparing['lookup'], string>>> = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' }

function compileText(builder: StatementBuilder, stored: string, lookup: Comparing['lookup'], text: string): string {
  const { dialect } = builder
  const operand = (value: ColumnValue, type: ColumnType = 'text') => builder.operand(type, value)
  // Every text holds, begins and ends with the empty one.
  if (text === '' && lookup !== 'iexact') return `${stored} IS NOT NULL`
  switch (lookup) {
    case 'contains':
      return dialect.contains(stored, operand(text))
    case 'icontains':
      return dialect.contains(dialect.foldCase(stored), operand(foldCase(text)))
    case 'iexact':
      return `${dialect.foldCase(stored)} = ${operand(foldCase(text))}`
    case 'endsWith':
      return `${dialect.lastCharacters(stored, operand(characterCount(text), 'integer'))} = ${operand(text)}`
    default: {
      // A range, which an index on the column can answer.
      const end = textAfterPrefix(text)
      const begin = `${stored} >= ${operand(text)}`
      return end === undefined ? begin : `(${begin} AND ${stored} < ${operand(end)})`
    }
  }
}

/** Terms joined as a balanced tree, since databases limit how deep an expression may be. */
function joined<Term>(terms: readonly Term[], operator: string, empty: string, compile: (term: Term) => string): string {
  if (terms.length === 0) return empty
  const [only] = terms
  if (terms.length === 1) return compile(only as Term)
  const middle = terms.length >> 1
  const half = (some: readonly Term[]) => joined(some, operator, empty, compile)
  return `(${half(terms.slice(0, middle))}${operator}${half(terms.slice(middle))})`
}
