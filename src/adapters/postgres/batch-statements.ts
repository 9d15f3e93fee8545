import type { RowUpdate } from '../../ports/change-set.ts'
import type { ColumnSchema, Row, TableSchema } from '../../ports/table.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { DriverScalar, Statement } from '../sql/statement.ts'
import { checked } from './checked.ts'
import { oncePerTable } from './once-per-table.ts'

/**
 * In milliseconds. A batch gives up soon where somebody has locked what it needs, and then its members go one by one: the others do not wait for the one who has
 * to, and no batch is ever part of a deadlock for longer than that.
 */
const LOCK_TIMEOUT = 20

/**
 * For the transaction that it is in. The server may keep the plan of a batch's statements, which is not made anew for each, but then it has to be one that is right
 * for tables of any size. Rows are locked in the order in which they are sent: nothing but a nested loop keeps that.
 */
export const BATCH_SETTINGS: Statement = {
  text: `SELECT ${[
    `set_config('lock_timeout', '${LOCK_TIMEOUT}', true)`,
    ...['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin'].map((name) => `set_config('${name}', 'off', true)`),
  ].join(', ')}`,
  values: [],
  gives: 'count',
}

interface Texts {
  readonly insert: string
  readonly update: string
}

/** Statements for many rows of a table, one array for each column, whose texts are the same for any number of rows, so that they are written once. */
export class BatchStatements {
  readonly #dialect: Dialect
  readonly #textsOf = oncePerTable((table) => this.#write(table))

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  insert(table: TableSchema, rows: readonly Row[]): Statement {
    return { text: this.#textsOf(table).insert, values: this.#arrays(table.columns, rows), gives: 'count', table }
  }

  /**
   * Fails with `division_by_zero` when a row is not there, not at the expected version, or has other unique values than it gets: a batch must not let its members
   * exchange them, which they could not one after the other.
   */
  update(table: TableSchema, updates: readonly RowUpdate[]): Statement {
    const rows = updates.map(({ row }) => row)
    const expected = updates.map(({ expectedVersion = null }) => expectedVersion)
    return {
      text: this.#textsOf(table).update,
      values: [...this.#arrays(table.columns, rows), expected, updates.length],
      gives: 'count',
      table,
    }
  }

  #write(table: TableSchema): Texts {
    const { identifier, arrayType, table: named } = this.#dialect
    const { columns, primaryKey, versionColumn, uniques } = table
    const names = columns.map(({ name }) => identifier(name))
    // Parameters within `SELECT`: their lengths are not looked at when the statement is planned, so that the plan stays.
    const arrays = columns.map(({ type }, at) => `(SELECT $${at + 1}::${arrayType(type)})`)
    const expected = `(SELECT $${columns.length + 1}::${arrayType('integer')})`
    const conditions = [`r.${identifier(primaryKey)} = v.${identifier(primaryKey)}`]
    if (versionColumn !== undefined)
      conditions.push(`(v."expected version" IS NULL OR r.${identifier(versionColumn)} = v."expected version")`)
    for (const name of new Set(uniques.flatMap((unique) => unique.columns)))
      conditions.push(`r.${identifier(name)} IS NOT DISTINCT FROM v.${identifier(name)}`)
    const from = `unnest(${[...arrays, expected].join(', ')}) AS v (${names.join(', ')}, "expected version")`
    const others = names.filter((name) => name !== identifier(primaryKey))
    // A table of nothing but keys has nothing to set, but the row still has to be there.
    const assignments = (others.length === 0 ? names : others).map((name) => `${name} = v.${name}`).join(', ')
    const update = `UPDATE ${named(table.name)} AS r SET ${assignments} FROM ${from} WHERE ${conditions.join(' AND ')} RETURNING 1`
    return {
      insert: `INSERT INTO ${named(table.name)} (${names.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})`,
      update: checked(update, `$${columns.length + 2}::bigint`),
    }
  }

  #arrays(columns: readonly ColumnSchema[], rows: readonly Row[]): (readonly DriverScalar[])[] {
    return columns.map(({ name, type }) =>
      rows.map((row) => {
        const value = row[name]
        return value === null || value === undefined ? null : this.#dialect.encode(type, value)
      }),
    )
  }
}
