import { IncorrectUsageError } from '../errors.ts'
import type { Criteria, Lookup } from './criteria.ts'
import type { Claim, Selection } from './database.ts'
import { fitsType } from './fits-type.ts'
import { obstacle } from './storable.ts'
import type { ColumnSchema, ColumnType, ColumnValue, TableSchema } from './table.ts'

const EVERY_TYPE: readonly Lookup[] = ['eq', 'ne', 'in', 'isNull']
const ORDERED: readonly Lookup[] = [...EVERY_TYPE, 'gt', 'gte', 'lt', 'lte']

export const LOOKUPS: Readonly<Record<ColumnType, ReadonlySet<Lookup>>> = {
  text: new Set<Lookup>([...ORDERED, 'contains', 'startsWith', 'endsWith', 'iexact', 'icontains']),
  integer: new Set(ORDERED),
  float: new Set(ORDERED),
  decimal: new Set(ORDERED),
  boolean: new Set(ORDERED),
  date: new Set(ORDERED),
  timestamp: new Set(ORDERED),
  json: new Set<Lookup>([...EVERY_TYPE, 'any', 'overlap']),
}

/**
 * Refuses, with `IncorrectUsageError`, criteria that the table cannot answer: `UNKNOWN_COLUMN`, `UNKNOWN_CHILD`, `LOOKUP_NOT_APPLICABLE`,
 * `INVALID_OPERAND`. Every adapter calls it before it does anything, so that all refuse the same.
 */
export function checkCriteria(table: TableSchema, where: Criteria): void {
  if (where.op === 'and' || where.op === 'or') for (const term of where.terms) checkCriteria(table, term)
  else if (where.op === 'not') checkCriteria(table, where.term)
  else if (where.op === 'some') {
    if (where.child.parent?.table !== table.name)
      refuse('UNKNOWN_CHILD', `${where.child.name} is not a child of ${table.name}: name one of its own children in "some".`)
    checkCriteria(where.child, where.where)
  } else {
    const column = columnOf(table, where.column)
    if (!LOOKUPS[column.type].has(where.lookup)) {
      refuse(
        'LOOKUP_NOT_APPLICABLE',
        `${nameOf(table, column)} is ${column.type} and has no "${where.lookup}": use one of ${[...LOOKUPS[column.type]].join(', ')}.`,
      )
    }
    checkOperand(table, column, where.lookup, where.value)
  }
}

/** `checkCriteria`, and the same for order and paging: `UNKNOWN_COLUMN`, `INVALID_ORDER`, `INVALID_PAGE`. */
export function checkSelection(selection: Selection): void {
  const { table } = selection.cluster
  checkCriteria(table, selection.where)
  for (const { column } of selection.orderBy) {
    if (columnOf(table, column).type === 'json')
      refuse('INVALID_ORDER', `${table.element}.${column} is json, which has no order: order by another column.`)
  }
  for (const [name, value] of [['limit', selection.limit] as const, ['offset', selection.offset] as const]) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0))
      refuse('INVALID_PAGE', `${name} is ${value}: give a whole number from 0.`)
  }
  if (selection.after !== undefined && selection.after.length !== selection.orderBy.length + 1) {
    refuse('INVALID_PAGE', `"after" has ${selection.after.length} values: give one for each column of the order, then the primary key.`)
  }
  for (const [at, value] of (selection.after ?? []).entries()) {
    const column = columnOf(table, selection.orderBy[at]?.column ?? table.primaryKey)
    refuseMisfit('INVALID_PAGE', `"after" has ${column.type} values for ${nameOf(table, column)}`, column.type, value)
  }
}

/** The same for claims, with `INVALID_CLAIM`. Their values are for `checkPatch`. */
export function checkClaim({ cluster, where, orderBy, limit, values }: Claim, isInTransaction: boolean): void {
  checkSelection({ cluster, where, orderBy, limit })
  const { element, versionColumn } = cluster.table
  if (!isInTransaction && Object.keys(values).length === 0)
    refuse('INVALID_CLAIM', `A claim of ${element} marks nothing, so that the next one would find the same: give it values.`)
  if (versionColumn !== undefined && versionColumn in values)
    refuse('INVALID_CLAIM', `A claim of ${element} sets its version, which goes up by itself: leave it out.`)
}

function checkOperand(table: TableSchema, column: ColumnSchema, lookup: Lookup, value: unknown): void {
  const name = `"${lookup}" on ${nameOf(table, column)}`
  if (lookup === 'isNull') {
    if (typeof value !== 'boolean') refuse('INVALID_OPERAND', `${name} takes true or false.`)
  } else if (lookup === 'in' || lookup === 'overlap') {
    if (!Array.isArray(value)) refuse('INVALID_OPERAND', `${name} takes a list.`)
    else for (const one of value) refuseMisfit('INVALID_OPERAND', `${name} takes ${column.type} values`, column.type, one)
  } else refuseMisfit('INVALID_OPERAND', `${name} takes a ${column.type} value`, column.type, value)
}

/** Refuses what the type's values cannot be compared with; null fits everywhere. */
function refuseMisfit(code: string, rule: string, type: ColumnType, value: unknown): void {
  if (value === null) return
  if (!fitsType(type, value)) refuse(code, `${rule}.`)
  // Whole numbers compare with any others.
  const found = type === 'integer' ? undefined : obstacle(type, value as ColumnValue)
  if (found !== undefined) refuse(code, `${rule}, which ${found.message}.`)
}

function columnOf(table: TableSchema, name: string): ColumnSchema {
  const column = table.columns.find((one) => one.name === name)
  if (column === undefined) {
    throw new IncorrectUsageError(`${table.element} has no column "${name}": it has ${table.columns.map((one) => one.name).join(', ')}.`, {
      code: 'UNKNOWN_COLUMN',
    })
  }
  return column
}

function nameOf(table: TableSchema, column: ColumnSchema): string {
  return `${table.element}.${column.field}`
}

function refuse(code: string, message: string): never {
  throw new IncorrectUsageError(message, { code })
}
