import type { AppliedMigration, Migration } from '../../../ports/schema-tools.ts'
import type { TableSchema } from '../../../ports/table.ts'
import type { Dialect } from '../dialect.ts'
import type { DriverRow, Statement } from '../statement.ts'
import { StatementBuilder } from '../statement-builder.ts'

/** Which migrations a database has seen. Not among the tables that are created and reset with the domain's: it is there once there are migrations. */
export const MIGRATIONS: TableSchema = {
  name: 'protean_migrations',
  element: 'Migration',
  columns: [
    { name: 'id', type: 'text', required: true, field: 'id' },
    { name: 'name', type: 'text', required: true, field: 'name' },
    { name: 'checksum', type: 'text', required: true, field: 'checksum' },
    { name: 'applied_at', type: 'timestamp', required: true, field: 'appliedAt' },
  ],
  primaryKey: 'id',
  uniques: [],
  indexes: [],
}

export function appliedMigrations(dialect: Dialect): Statement {
  return new StatementBuilder(dialect).reading(
    `SELECT "id", "name", "checksum", "applied_at" FROM ${dialect.table(MIGRATIONS.name)} ORDER BY "id"`,
  )
}

/** Notes it; gives a row unless it is noted already. Whoever else notes it at that moment is waited for. */
export function noteMigration(dialect: Dialect, { id, name, checksum }: Migration, appliedAt: Date): Statement {
  const builder = new StatementBuilder(dialect)
  const texts = [id, name, checksum].map((value) => builder.stored('text', value)).join(', ')
  const values = `${texts}, ${builder.stored('timestamp', appliedAt)}`
  return builder.changing(
    MIGRATIONS,
    `INSERT INTO ${dialect.table(MIGRATIONS.name)} ("id", "name", "checksum", "applied_at") VALUES (${values}) ON CONFLICT ("id") DO NOTHING RETURNING "id"`,
  )
}

export function decodeMigration(dialect: Dialect, row: DriverRow): AppliedMigration {
  return {
    id: row.id as string,
    name: row.name as string,
    checksum: row.checksum as string,
    appliedAt: dialect.decode('timestamp', row.applied_at) as Date,
  }
}
