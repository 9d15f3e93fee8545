import type { AppliedMigration, Migration, MigrationPlan, MigrationPlanOptions, SchemaTools } from '../../ports/schema-tools.ts'
import type { ClusterSchema, TableSchema } from '../../ports/table.ts'
import { REGISTRY } from '../sql/framework-tables.ts'
import { migrationFailed } from '../sql/migrations/failed-migration.ts'
import { appliedMigrations, decodeMigration, MIGRATIONS, noteMigration } from '../sql/migrations/migration-log.ts'
import { placedTables, planMigration } from '../sql/migrations/plan-migration.ts'
import type { SchemaFacts } from '../sql/migrations/table-facts.ts'
import { runStepsAsync } from '../sql/steps.ts'
import { createTable } from '../sql/tables.ts'
import { createSchema, ONE_AT_A_TIME } from './artifacts.ts'
import type { PostgresSession } from './client.ts'
import type { PostgresContext } from './context.ts'
import { translated } from './errors.ts'
import { command } from './event-schema.ts'
import { factStatements, factsIn } from './schema-facts.ts'
import { postgresWriter } from './schema-writer.ts'

const [BEGIN, COMMIT, ROLLBACK] = ['BEGIN', 'COMMIT', 'ROLLBACK'].map(command) as [
  ReturnType<typeof command>,
  ReturnType<typeof command>,
  ReturnType<typeof command>,
]

/** Changes of the tables in one schema of a server. */
export class PostgresSchemaTools implements SchemaTools {
  readonly #context: PostgresContext
  readonly #schema: string | undefined

  /** `schema` is created with its first migration where it is missing. */
  constructor(context: PostgresContext, schema: string | undefined) {
    this.#context = context
    this.#schema = schema
  }

  plan(clusters: readonly ClusterSchema[], options: MigrationPlanOptions = {}): Promise<MigrationPlan> {
    return this.#attempt(async () => {
      const { client, dialect } = this.#context
      const actual = factsIn(await client.flush(factStatements('current_schema()::regnamespace')))
      const comparison = { clusters, actual, wanted: await this.#wanted(clusters) }
      return runStepsAsync(planMigration(postgresWriter(dialect), comparison, options), (statements) => client.flush(statements))
    })
  }

  isNew(): Promise<boolean> {
    return this.#attempt(async () => !(await this.#hasTable(REGISTRY)))
  }

  applied(): Promise<readonly AppliedMigration[]> {
    return this.#attempt(async () => {
      const { client, dialect } = this.#context
      if (!(await this.#hasTable(MIGRATIONS))) return []
      const [migrations] = await client.flush([appliedMigrations(dialect)])
      return (migrations?.rows ?? []).map((row) => decodeMigration(dialect, row))
    })
  }

  apply(migration: Migration, appliedAt: Date): Promise<boolean> {
    return this.#noting(migration, appliedAt, async (session) => {
      try {
        await session.script(migration.sql)
      } catch (error) {
        throw migrationFailed(migration, this.#context.what, translated(error, this.#context.what))
      }
    })
  }

  record(migration: Migration, appliedAt: Date): Promise<boolean> {
    return this.#noting(migration, appliedAt, () => Promise.resolve())
  }

  /** Notes a migration and does what is to be done with it, in one transaction. */
  #noting(migration: Migration, appliedAt: Date, work: (session: PostgresSession) => Promise<void>): Promise<boolean> {
    return this.#attempt(async () => {
      const { client, dialect } = this.#context
      await createSchema(this.#context, this.#schema)
      return inSession(await client.session(), async (session) => {
        const results = await session.flush([
          BEGIN,
          // What is long for a query need not be so for a migration.
          command('SET LOCAL statement_timeout = 0'),
          ONE_AT_A_TIME,
          ...createTable(dialect, MIGRATIONS, undefined).map(command),
          noteMigration(dialect, migration, appliedAt),
        ])
        const isNew = results.at(-1)?.rows.length === 1
        if (isNew) await work(session)
        await session.flush([isNew ? COMMIT : ROLLBACK])
        return isNew
      })
    })
  }

  async #hasTable({ name }: TableSchema): Promise<boolean> {
    const { client, dialect } = this.#context
    const text = 'SELECT 1 AS found WHERE to_regclass($1) IS NOT NULL'
    const [found] = await client.flush([{ text, values: [dialect.table(name)], gives: 'rows' }])
    return found?.rows.length === 1
  }

  /** The server itself says what these tables come to: they are created for this session alone, and are gone again with the transaction. */
  async #wanted(clusters: readonly ClusterSchema[]): Promise<SchemaFacts> {
    const { client, dialect } = this.#context
    const create = placedTables(clusters).flatMap(({ table, parent }) => createTable(dialect, table, parent).map(command))
    const asking = factStatements('pg_my_temp_schema()')
    return inSession(await client.session(), async (session) => {
      const results = await session.flush([BEGIN, command('SET LOCAL search_path = pg_temp'), ...create, ...asking, ROLLBACK])
      return factsIn(results.slice(-asking.length - 1, -1))
    })
  }

  async #attempt<Result>(action: () => Promise<Result>): Promise<Result> {
    this.#context.state.check()
    try {
      return await action()
    } catch (error) {
      throw translated(error, this.#context.what)
    }
  }
}

/** A session is given back only when its transaction is known to be over. */
async function inSession<Result>(session: PostgresSession, work: (session: PostgresSession) => Promise<Result>): Promise<Result> {
  try {
    const result = await work(session)
    session.release()
    return result
  } catch (error) {
    session.discard()
    throw error
  }
}
