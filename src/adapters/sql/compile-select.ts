import type { Criteria } from '../../ports/criteria.ts'
import type { Ordering, Selection } from '../../ports/database.ts'
import type { ColumnSchema, ColumnValue, TableSchema } from '../../ports/table.ts'
import { columnOf, comparableColumn, ROOT_ALIAS } from './columns.ts'
import { compileCriteria, isEverything } from './compile-criteria.ts'
import type { Dialect } from './dialect.ts'
import { selectedColumns } from './row-values.ts'
import type { Statement } from './statement.ts'
import { StatementBuilder } from './statement-builder.ts'

/** The column of the total, on every row of a selection that wants it. */
export const TOTAL_COLUMN = '__total'
export const COUNT_COLUMN = 'count'

interface Step {
  readonly column: ColumnSchema
  readonly descending: boolean
}

/** The roots of a selection that `checkSelection` has let pass, in order, one page of them. */
export function compileSelect(dialect: Dialect, selection: Selection): Statement {
  const { table } = selection.cluster
  const builder = new StatementBuilder(dialect)
  const steps = orderSteps(table, selection.orderBy)
  const columns = selectedColumns(dialect, table)
  const total = selection.withTotal === true ? `, (${countOf(builder, table, selection.where)}) AS ${TOTAL_COLUMN}` : ''
  const conditions = isEverything(selection.where) ? [] : [compileCriteria(builder, table, ROOT_ALIAS, selection.where)]
  if (selection.after !== undefined) conditions.push(compileAfter(builder, steps, selection.after))
  const order = steps.map((step) => compileOrder(dialect, step)).join(', ')
  const text = `SELECT ${columns}${total} FROM ${dialect.table(table.name)} AS ${ROOT_ALIAS}${whereClause(conditions)} ORDER BY ${order}`
  return builder.reading(text + compilePage(builder, selection))
}

/** How many rows meet criteria: one row with `COUNT_COLUMN`. */
export function compileCount(dialect: Dialect, table: TableSchema, where: Criteria): Statement {
  const builder = new StatementBuilder(dialect)
  return builder.reading(countOf(builder, table, where))
}

/** Gives a row if any meets criteria. */
export function compileExists(dialect: Dialect, table: TableSchema, where: Criteria): Statement {
  const builder = new StatementBuilder(dialect)
  return builder.reading(
    `SELECT 1 AS found FROM ${dialect.table(table.name)} AS ${ROOT_ALIAS}${compileWhere(builder, table, where)} LIMIT 1`,
  )
}

/** Rows whose column has one of these values, which are not null; children in their order. */
export function compileLookup(dialect: Dialect, table: TableSchema, name: string, values: readonly ColumnValue[]): Statement {
  const builder = new StatementBuilder(dialect)
  const column = columnOf(table, name)
  const condition = dialect.oneOf(builder.bind, column.type, comparableColumn(dialect, ROOT_ALIAS, column), values)
  const order = table.parent?.column === name ? [{ column: table.parent.orderColumn, descending: false }] : undefined
  const orderBy =
    order === undefined
      ? ''
      : ` ORDER BY ${orderSteps(table, order)
          .map((step) => compileOrder(dialect, step))
          .join(', ')}`
  return builder.reading(
    `SELECT ${selectedColumns(dialect, table)} FROM ${dialect.table(table.name)} AS ${ROOT_ALIAS} WHERE ${condition}${orderBy}`,
  )
}

/** ` WHERE …` on the table called `ROOT_ALIAS`, or nothing. */
export function compileWhere(builder: StatementBuilder, table: TableSchema, where: Criteria): string {
  return isEverything(where) ? '' : ` WHERE ${compileCriteria(builder, table, ROOT_ALIAS, where)}`
}

function countOf(builder: StatementBuilder, table: TableSchema, where: Criteria): string {
  return `SELECT count(*) AS ${COUNT_COLUMN} FROM ${builder.dialect.table(table.name)} AS ${ROOT_ALIAS}${compileWhere(builder, table, where)}`
}

function whereClause(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.map((condition) => `(${condition})`).join(' AND ')}`
}

/** The order asked for, then the primary key. What comes after the primary key decides nothing. */
function orderSteps(table: TableSchema, orderBy: readonly Ordering[]): readonly Step[] {
  const steps: Step[] = []
  for (const { column, descending } of orderBy) steps.push({ column: columnOf(table, column), descending })
  return [...steps, { column: columnOf(table, table.primaryKey), descending: false }]
}

function compileOrder(dialect: Dialect, { column, descending }: Step): string {
  const direction = descending ? 'DESC' : 'ASC'
  const nulls = column.required ? '' : descending ? ' NULLS FIRST' : ' NULLS LAST'
  return `${comparableColumn(dialect, ROOT_ALIAS, column)} ${direction}${nulls}`
}

function compilePage(builder: StatementBuilder, { limit, offset }: Selection): string {
  const from = offset === undefined || offset === 0 ? undefined : offset
  if (limit === undefined && from === undefined) return ''
  const rows = limit === undefined ? builder.dialect.noLimit : builder.operand('integer', limit)
  return from === undefined ? ` LIMIT ${rows}` : ` LIMIT ${rows} OFFSET ${builder.operand('integer', from)}`
}

/** Rows after a place in the order: those that agree with it in some first columns and come later in the next. Values are bound as the text goes. */
function compileAfter(builder: StatementBuilder, steps: readonly Step[], place: readonly ColumnValue[]): string {
  const bound = steps.length > 1 ? firstBound(builder, steps[0] as Step, place[0] ?? null) : undefined
  const alternatives: string[] = []
  for (const [at, step] of steps.entries()) {
    if (!canBeLater(step, place[at] ?? null)) continue
    const equal = steps.slice(0, at).map((before, index) => equalTo(builder, before, place[index] ?? null))
    alternatives.push(`(${[...equal, laterThan(builder, step, place[at] ?? null)].join(' AND ')})`)
  }
  const anyOf = `(${alternatives.join(' OR ')})`
  return bound === undefined ? anyOf : `${bound} AND ${anyOf}`
}

/** Nothing comes after null, where it is last. */
function canBeLater({ descending }: Step, value: ColumnValue): boolean {
  return value !== null || descending
}

/** Follows from the rest, but is something that an index can begin at. */
function firstBound(builder: StatementBuilder, { column, descending }: Step, value: ColumnValue): string | undefined {
  if (!column.required || value === null) return undefined
  const stored = comparableColumn(builder.dialect, ROOT_ALIAS, column)
  return `${stored} ${descending ? '<=' : '>='} ${builder.operand(column.type, value)}`
}

function laterThan(builder: StatementBuilder, { column, descending }: Step, value: ColumnValue): string {
  const stored = comparableColumn(builder.dialect, ROOT_ALIAS, column)
  if (value === null) return `${stored} IS NOT NULL`
  if (descending) return `${stored} < ${builder.operand(column.type, value)}`
  const greater = `${stored} > ${builder.operand(column.type, value)}`
  return column.required ? greater : `(${greater} OR ${stored} IS NULL)`
}

function equalTo(builder: StatementBuilder, { column }: Step, value: ColumnValue): string {
  const stored = comparableColumn(builder.dialect, ROOT_ALIAS, column)
  return value === null ? `${stored} IS NULL` : `${stored} = ${builder.operand(column.type, value)}`
}
