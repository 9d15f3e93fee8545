import { NotSupportedError } from '../errors.ts'
import type { Database } from '../ports/database.ts'
import type { Migration, MigrationPlan, MigrationPlanOptions, SchemaTools } from '../ports/schema-tools.ts'
import type { StatementFeed } from '../ports/statement-feed.ts'
import type { ClusterSchema } from '../ports/table.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { MigrationStatus } from './migrations/migrate.ts'
import { migrate, migrationStatus } from './migrations/migrate.ts'
import { MigrationFolder } from './migrations/migration-folder.ts'
import { migrationText } from './migrations/migration-text.ts'

export interface DatabaseProviderOptions {
  readonly database: Database
  readonly statements: StatementFeed
  /** Whether lifecycle commands may create and drop its tables. */
  readonly isManaged: boolean
  readonly clock: Clock
  clusters(): readonly ClusterSchema[]
  /** Waits for what is being written in the background. */
  settled(): Promise<void>
}

/** A configured database with what the domain keeps in it: creates, drops, empties and migrates its tables. */
export class DatabaseProvider {
  readonly database: Database
  /** Whether lifecycle commands may create and drop its tables. */
  readonly isManaged: boolean
  /** What the database is asked. */
  readonly statements: StatementFeed
  readonly #clock: Clock
  readonly #clusters: () => readonly ClusterSchema[]
  readonly #settled: () => Promise<void>

  constructor({ database, statements, isManaged, clock, clusters, settled }: DatabaseProviderOptions) {
    this.database = database
    this.statements = statements
    this.isManaged = isManaged
    this.#clock = clock
    this.#clusters = clusters
    this.#settled = settled
  }

  get name(): string {
    return this.database.name
  }

  /** The tables of every element stored here. The framework's own are the database's affair. */
  get clusters(): readonly ClusterSchema[] {
    return this.#clusters()
  }

  isAlive(): Promise<boolean> {
    return this.database.isAlive()
  }

  /** Creates what is missing of the tables of every element stored here, and of the framework's own. Safe to repeat. */
  createDatabaseArtifacts(): Promise<void> {
    return this.database.createArtifacts(this.#clusters())
  }

  /** Drops them, with all data. Safe to repeat. */
  async dropDatabaseArtifacts(): Promise<void> {
    await this.#settled()
    return this.database.dropArtifacts(this.#clusters())
  }

  /** Removes all rows and events, keeps the tables. */
  async resetData(): Promise<void> {
    await this.#settled()
    return this.database.resetData()
  }

  /**
   * What makes the tables those of the domain as it is now; changes nothing. Fails with `ConfigurationError` (`MIGRATION_NEEDS_VALUE`) where rows would need
   * a value that no default gives, and with `NotSupportedError` for a database without a schema, such as memory.
   */
  async planMigration(options: MigrationPlanOptions = {}): Promise<MigrationPlan> {
    return this.#tools().plan(this.#clusters(), options)
  }

  /** Writes the plan into a file of the folder; gives its path, undefined when there is nothing to be changed. */
  async writeMigration(folder: string, name: string, options: MigrationPlanOptions = {}): Promise<string | undefined> {
    const plan = await this.planMigration(options)
    if (plan.changes.length === 0) return undefined
    const writtenAt = this.#clock.now()
    const { provider } = this.database
    return new MigrationFolder(folder).write(name, migrationText(plan, { name, database: this.name, provider, writtenAt }), writtenAt)
  }

  /** Applies the files of the folder that were not applied yet, in order, each in a transaction; gives those that this call has applied. */
  async migrate(folder: string): Promise<readonly Migration[]> {
    const tools = this.#tools()
    return migrate(tools, await new MigrationFolder(folder).read(), this.#clock)
  }

  /** Which files of the folder were applied, and which were not. */
  async migrationStatus(folder: string): Promise<MigrationStatus> {
    const tools = this.#tools()
    return migrationStatus(tools, await new MigrationFolder(folder).read())
  }

  /**
   * Creates the tables, and where there were none before notes the files of the folder as applied: what they would do is done. Where there were some, it is for
   * the files to change them.
   */
  async createWithMigrations(folder: string): Promise<void> {
    const { schema } = this.database
    const isNew = schema !== undefined && (await schema.isNew())
    await this.createDatabaseArtifacts()
    if (!isNew) return
    for (const migration of await new MigrationFolder(folder).read()) await schema.record(migration, this.#clock.now())
  }

  #tools(): SchemaTools {
    const { schema, provider } = this.database
    if (schema !== undefined) return schema
    throw new NotSupportedError(`The database "${this.name}" (${provider}) has no schema that could be migrated.`, {
      code: 'NO_MIGRATIONS',
    })
  }
}
