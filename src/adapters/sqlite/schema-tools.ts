import { DatabaseError } from '../../errors.ts'
import type { OpenState } from '../../ports/open-state.ts'
import type { AppliedMigration, Migration, MigrationPlan, MigrationPlanOptions, SchemaTools } from '../../ports/schema-tools.ts'
import type { ClusterSchema } from '../../ports/table.ts'
import { REGISTRY } from '../sql/framework-tables.ts'
import { migrationFailed } from '../sql/migrations/failed-migration.ts'
import { appliedMigrations, decodeMigration, MIGRATIONS, noteMigration } from '../sql/migrations/migration-log.ts'
import { placedTables, planMigration } from '../sql/migrations/plan-migration.ts'
import { createTable } from '../sql/tables.ts'
import { hasTable } from './artifacts.ts'
import type { SqliteConnection } from './connection.ts'
import { actualFacts, wantedFacts } from './schema-facts.ts'
import { sqliteWriter } from './schema-writer.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import type { SqliteStore } from './store.ts'

/** Changes of the tables in one file. Foreign keys are off while a script runs, and have to hold when it is done. */
export class SqliteSchemaTools implements SchemaTools {
  readonly #store: SqliteStore
  readonly #state: OpenState

  constructor(store: SqliteStore, state: OpenState) {
    this.#store = store
    this.#state = state
  }

  async plan(clusters: readonly ClusterSchema[], options: MigrationPlanOptions = {}): Promise<MigrationPlan> {
    this.#state.check()
    const { reader } = this.#store
    return reader.snapshot(() => {
      const comparison = { clusters, actual: actualFacts(reader), wanted: wantedFacts(placedTables(clusters)) }
      return reader.runSteps(planMigration(sqliteWriter, comparison, options))
    })
  }

  async isNew(): Promise<boolean> {
    this.#state.check()
    return !hasTable(this.#store.reader, REGISTRY.name)
  }

  async applied(): Promise<readonly AppliedMigration[]> {
    this.#state.check()
    const { reader } = this.#store
    if (!hasTable(reader, MIGRATIONS.name)) return []
    return reader.run(appliedMigrations(sqliteDialect)).rows.map((row) => decodeMigration(sqliteDialect, row))
  }

  async apply(migration: Migration, appliedAt: Date): Promise<boolean> {
    return this.#write((writer) => {
      if (!note(writer, migration, appliedAt)) return false
      try {
        writer.exec(migration.sql)
        checkForeignKeys(writer)
      } catch (error) {
        throw migrationFailed(migration, `database "${this.#store.options.name}" (sqlite)`, error)
      }
      return true
    })
  }

  record(migration: Migration, appliedAt: Date): Promise<boolean> {
    return this.#write((writer) => note(writer, migration, appliedAt))
  }

  async #write<Result>(work: (writer: SqliteConnection) => Result): Promise<Result> {
    this.#state.check()
    const { session } = this.#state
    return this.#store.write(
      (writer) => {
        this.#state.check(session)
        return work(writer)
      },
      { foreignKeys: false },
    )
  }
}

function note(writer: SqliteConnection, migration: Migration, appliedAt: Date): boolean {
  for (const statement of createTable(sqliteDialect, MIGRATIONS, undefined)) writer.exec(statement)
  return writer.run(noteMigration(sqliteDialect, migration, appliedAt)).rows.length > 0
}

function checkForeignKeys(writer: SqliteConnection): void {
  const [broken] = writer.run({ text: 'SELECT "table", parent FROM pragma_foreign_key_check', values: [], gives: 'rows' }).rows
  if (broken !== undefined)
    throw new DatabaseError(`Rows in ${String(broken.table)} would belong to rows of ${String(broken.parent)} that are not there.`, {
      code: 'PARENT_NOT_FOUND',
    })
}
