import type { Criteria } from '../../ports/criteria.ts'
import { foldCase } from '../../ports/criteria.ts'
import type { ColumnType, ColumnValue, IndexCondition, Row, TableSchema } from '../../ports/table.ts'
import type { JsonValue } from '../../util/json.ts'
import { sortedJson } from '../../util/sorted-json.ts'
import { valueKey } from './value-key.ts'
import { comparisonFor } from './value-order.ts'

/** Whether a row meets criteria. */
export type RowTest = (row: Row) => boolean

type Some = Extract<Criteria, { readonly op: 'some' }>
type Comparing = Extract<Criteria, { readonly op: 'compare' }>
type Operand = Exclude<Comparing['value'], null>
type ValueTest = (value: ColumnValue) => boolean

const NEVER: ValueTest = () => false

/** Makes a test out of a condition on an index. */
export function compileCondition(table: TableSchema, where: IndexCondition): RowTest {
  return compileTest(table, where, () => () => false)
}

/** Makes a test out of criteria that `checkCriteria` has let pass; `some` makes the test for children. */
export function compileTest(table: TableSchema, where: Criteria, some: (criteria: Some) => RowTest): RowTest {
  switch (where.op) {
    case 'and': {
      const tests = where.terms.map((term) => compileTest(table, term, some))
      return (row) => tests.every((test) => test(row))
    }
    case 'or': {
      const tests = where.terms.map((term) => compileTest(table, term, some))
      return (row) => tests.some((test) => test(row))
    }
    case 'not': {
      const test = compileTest(table, where.term, some)
      return (row) => !test(row)
    }
    case 'some':
      return some(where)
    case 'compare':
      return compileComparison(table, where)
  }
}

function compileComparison(table: TableSchema, { column: name, lookup, value }: Comparing): RowTest {
  if (lookup === 'isNull') return (row) => (row[name] === null) === value
  const { type = 'text' } = table.columns.find((column) => column.name === name) ?? {}
  const test = value === null ? NEVER : valueTest(type, lookup, value)
  return (row) => {
    const stored = row[name]
    return stored !== undefined && stored !== null && test(stored)
  }
}

/** Both values, the stored one and the operand, are not null here. */
function valueTest(type: ColumnType, lookup: Comparing['lookup'], operand: Operand): ValueTest {
  const compare = comparisonFor(type)
  const one = operand as ColumnValue
  const text = String(operand)
  switch (lookup) {
    case 'eq':
      return equals(type, one)
    case 'ne': {
      const equal = equals(type, one)
      return (value) => !equal(value)
    }
    case 'gt':
      return (value) => compare(value, one) > 0
    case 'gte':
      return (value) => compare(value, one) >= 0
    case 'lt':
      return (value) => compare(value, one) < 0
    case 'lte':
      return (value) => compare(value, one) <= 0
    case 'in': {
      const keys = new Set(listOf(operand).map((item) => valueKey(type, item)))
      return (value) => keys.has(valueKey(type, value))
    }
    case 'contains':
      return (value) => String(value).includes(text)
    case 'startsWith':
      return (value) => String(value).startsWith(text)
    case 'endsWith':
      return (value) => String(value).endsWith(text)
    case 'iexact': {
      const folded = foldCase(text)
      return (value) => foldCase(String(value)) === folded
    }
    case 'icontains': {
      const folded = foldCase(text)
      return (value) => foldCase(String(value)).includes(folded)
    }
    case 'any':
      return holdsOneOf([one])
    case 'overlap':
      return holdsOneOf(listOf(operand))
    case 'isNull':
      return NEVER
  }
}

function equals(type: ColumnType, operand: ColumnValue): ValueTest {
  const key = valueKey(type, operand)
  return (value) => valueKey(type, value) === key
}

function holdsOneOf(wanted: readonly ColumnValue[]): ValueTest {
  const keys = new Set(wanted.map((item) => sortedJson(item as JsonValue)))
  return (value) => Array.isArray(value) && (value as readonly JsonValue[]).some((item) => item !== null && keys.has(sortedJson(item)))
}

function listOf(operand: Operand): readonly ColumnValue[] {
  return (operand as readonly ColumnValue[]).filter((item) => item !== null)
}
