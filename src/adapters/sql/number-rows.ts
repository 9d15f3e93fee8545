import type { GeneratedValue, RowInserts } from '../../ports/change-set.ts'
import type { ColumnSchema, Row } from '../../ports/table.ts'
import type { Dialect } from './dialect.ts'
import { raiseNumber } from './framework-tables.ts'
import { idOf } from './row-values.ts'
import type { Steps } from './steps.ts'
import { ask } from './steps.ts'

/** The highest number that this process has given out for each generated column, also in transactions that were rolled back. */
export type GivenNumbers = Map<string, number>

export interface NumberedInserts {
  readonly inserts: RowInserts
  readonly generated: readonly GeneratedValue[]
}

/** Fills the generated columns of new rows from the table of numbers, which is raised with them. */
export function* numberSteps(dialect: Dialect, inserts: RowInserts, given: GivenNumbers): Steps<NumberedInserts> {
  const columns = inserts.table.columns.filter((column) => column.generated === true)
  if (columns.length === 0 || inserts.rows.length === 0) return { inserts, generated: [] }
  const numbers = inserts.rows.map((): Record<string, number> => ({}))
  for (const column of columns) yield* numberColumn(dialect, inserts, column, numbers, given)
  const rows = inserts.rows.map((row, at): Row => ({ ...row, ...numbers[at] }))
  const generated = rows.flatMap((row, at) =>
    Object.entries(numbers[at] ?? {}).map(([column, value]) => ({
      table: inserts.table.name,
      id: idOf(inserts.table, row),
      column,
      value,
    })),
  )
  return { inserts: { table: inserts.table, rows }, generated }
}

function* numberColumn(
  dialect: Dialect,
  { table, rows }: RowInserts,
  { name }: ColumnSchema,
  numbers: readonly Record<string, number>[],
  given: GivenNumbers,
): Steps<void> {
  const counter = `${table.name}.${name}`
  let highest = yield* raised(dialect, counter, given.get(counter) ?? 0)
  for (const [at, row] of rows.entries()) {
    const value = row[name] ?? null
    if (typeof value === 'number') highest = Math.max(highest, value)
    else {
      highest += 1
      Object.assign(numbers[at] as Record<string, number>, { [name]: highest })
    }
  }
  given.set(counter, highest)
  yield* raised(dialect, counter, highest)
}

function* raised(dialect: Dialect, counter: string, atLeast: number): Steps<number> {
  const { rows } = yield* ask(raiseNumber(dialect, counter, atLeast))
  return Number(rows[0]?.value)
}
