import type { Ordering } from '../../ports/database.ts'
import type { ColumnValue, Row } from '../../ports/table.ts'
import type { RowLayout } from './row-layout.ts'
import type { Comparison } from './value-order.ts'
import { comparisonFor } from './value-order.ts'

export interface RowOrder {
  compare(left: Row, right: Row): number
  /** Whether the row comes after the place that the values of `orderBy`'s columns and the primary key mark. */
  isAfter(row: Row, place: readonly ColumnValue[]): boolean
}

/** The order asked for; rows that it leaves equal are in that of the primary key. */
export function rowOrder(layout: RowLayout, orderBy: readonly Ordering[]): RowOrder {
  const steps = [...orderBy, { column: layout.schema.primaryKey, descending: false }].map(({ column, descending }) => {
    const compare = nullsLast(comparisonFor(layout.column(column).type))
    return { column, compare: descending ? (left: ColumnValue, right: ColumnValue) => compare(right, left) : compare }
  })
  return {
    compare(left, right) {
      for (const { column, compare } of steps) {
        const order = compare(left[column] ?? null, right[column] ?? null)
        if (order !== 0) return order
      }
      return 0
    },
    isAfter(row, place) {
      for (const [at, { column, compare }] of steps.entries()) {
        const order = compare(row[column] ?? null, place[at] ?? null)
        if (order !== 0) return order > 0
      }
      return false
    },
  }
}

function nullsLast(compare: Comparison): Comparison {
  return (left, right) => {
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1
    return compare(left, right)
  }
}
