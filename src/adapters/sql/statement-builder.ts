import type { ColumnType, ColumnValue, TableSchema } from '../../ports/table.ts'
import type { Dialect } from './dialect.ts'
import type { Bind, DriverValue, Statement } from './statement.ts'

/** Collects the parameters of one statement while its text is put together. */
export class StatementBuilder {
  readonly dialect: Dialect
  readonly #values: DriverValue[] = []

  constructor(dialect: Dialect) {
    this.dialect = dialect
  }

  readonly bind: Bind = (value) => {
    this.#values.push(value)
    return this.dialect.placeholder(this.#values.length)
  }

  /** A value to be stored in a column of this type. */
  stored(type: ColumnType, value: ColumnValue): string {
    return this.dialect.typed(type, this.bind(value === null ? null : this.dialect.encode(type, value)), value)
  }

  /** A value that is not null, to compare a column of this type with. */
  operand(type: ColumnType, value: ColumnValue): string {
    return this.dialect.comparable(type, this.dialect.typed(type, this.bind(this.dialect.encode(type, value)), value))
  }

  /** The text of a statement with its parameters, which have to come first in this one. */
  included({ text, values }: Statement): string {
    for (const value of values) this.bind(value)
    return text
  }

  reading(text: string): Statement {
    return { text, values: this.#values, gives: 'rows' }
  }

  writing(table: TableSchema, text: string): Statement {
    return { text, values: this.#values, gives: 'count', table }
  }

  /** A statement that writes and gives rows. */
  changing(table: TableSchema, text: string): Statement {
    return { text, values: this.#values, gives: 'rows', table }
  }
}
