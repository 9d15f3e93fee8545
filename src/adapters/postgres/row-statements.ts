import type { RowUpdate } from '../../ports/change-set.ts'
import type { ColumnSchema, Row, TableSchema } from '../../ports/table.ts'
import { columnOf, keyValue } from '../sql/columns.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { DriverScalar, Statement } from '../sql/statement.ts'
import { checked } from './checked.ts'
import { oncePerTable } from './once-per-table.ts'

interface Texts {
  readonly insert: string
  readonly update: string
  readonly versionedUpdate: string
}

/** Statements for one row each. Their texts are the same for all rows of a table, so they are written once. */
export class RowStatements {
  readonly #dialect: Dialect
  readonly #textsOf = oncePerTable((table) => this.#write(table))

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  insert(table: TableSchema, row: Row): Statement {
    return { text: this.#textsOf(table).insert, values: this.#encoded(table.columns, row), gives: 'count', table }
  }

  /** Fails with `division_by_zero` when the row is not there, or not at the expected version. */
  update({ table, id, expectedVersion, row }: RowUpdate): Statement {
    const { update, versionedUpdate } = this.#textsOf(table)
    const key = keyValue(table, id)
    const values = this.#encoded(table.columns, row)
    values.push(key === undefined ? null : this.#dialect.encode(columnOf(table, table.primaryKey).type, key))
    if (expectedVersion === undefined) return { text: update, values, gives: 'count', table }
    values.push(expectedVersion)
    return { text: versionedUpdate, values, gives: 'count', table }
  }

  #write(table: TableSchema): Texts {
    const { identifier, typed, table: named } = this.#dialect
    const { columns, primaryKey, versionColumn } = table
    const names = columns.map(({ name }) => identifier(name))
    const values = columns.map(({ type }, at) => typed(type, `$${at + 1}`, null))
    const place = columns.length + 1
    const assignments = names.map((name, at) => `${name} = ${values[at]}`)
    const match = `${identifier(primaryKey)} = ${typed(columnOf(table, primaryKey).type, `$${place}`, null)}`
    const update = `UPDATE ${named(table.name)} SET ${assignments.join(', ')} WHERE ${match}`
    const version = versionColumn === undefined ? '' : ` AND ${identifier(versionColumn)} = $${place + 1}::bigint`
    return {
      insert: `INSERT INTO ${named(table.name)} (${names.join(', ')}) VALUES (${values.join(', ')})`,
      update: checked(`${update} RETURNING 1`, '1'),
      versionedUpdate: checked(`${update}${version} RETURNING 1`, '1'),
    }
  }

  #encoded(columns: readonly ColumnSchema[], row: Row): DriverScalar[] {
    return columns.map(({ name, type }) => {
      const value = row[name]
      return value === null || value === undefined ? null : this.#dialect.encode(type, value)
    })
  }
}
