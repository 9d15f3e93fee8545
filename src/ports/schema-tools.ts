import type { ClusterSchema } from './table.ts'

/** One change of the schema, as a person would say it, with the SQL that makes it. */
export interface SchemaChange {
  readonly about: string
  readonly sql: readonly string[]
}

/** What makes a database's tables those of the domain. */
export interface MigrationPlan {
  /** In the order in which they are to be made. Nothing that is stored is lost by them. */
  readonly changes: readonly SchemaChange[]
  /** Sentences on what stays although the domain no longer has it, or has it otherwise. */
  readonly leftOver: readonly string[]
}

export interface MigrationPlanOptions {
  /** Also drop tables, columns and indexes that the domain no longer has, and change types where values may not fit. */
  readonly destructive?: boolean | undefined
}

/** A script that changes the schema, known by its id for ever. */
export interface Migration {
  readonly id: string
  readonly name: string
  readonly checksum: string
  readonly sql: string
}

export interface AppliedMigration extends Omit<Migration, 'sql'> {
  readonly appliedAt: Date
}

/**
 * How a database is brought from one version of the domain to the next. Optional: what keeps no schema needs none. Fails as the database does
 * that it belongs to, and like that works only while it is open.
 */
export interface SchemaTools {
  /**
   * Compares these tables and the framework's own with those that are there; changes nothing. What nobody created from here is nobody's business.
   * Fails with `ConfigurationError` (`MIGRATION_NEEDS_VALUE`, one problem for each column) where rows would need a value that nothing tells.
   */
  plan(clusters: readonly ClusterSchema[], options?: MigrationPlanOptions): Promise<MigrationPlan>
  /** Whether nothing has been created from here yet. */
  isNew(): Promise<boolean>
  /** What was applied or recorded, by id. */
  applied(): Promise<readonly AppliedMigration[]>
  /**
   * Runs a script and notes it, in one transaction, one at a time whoever else applies some: false, and nothing done, when it is noted already.
   * Fails with `DatabaseError` (`MIGRATION_FAILED`) and leaves everything as it was when the script does.
   */
  apply(migration: Migration, appliedAt: Date): Promise<boolean>
  /** Notes a script that need not run, since the tables were created as it would leave them; false when it is noted already. */
  record(migration: Migration, appliedAt: Date): Promise<boolean>
}
