import { ConfigurationError } from '../../errors.ts'
import type { AppliedMigration, Migration, SchemaTools } from '../../ports/schema-tools.ts'
import type { Clock } from '../../util/runtime/clock.ts'

/** Files and database compared. */
export interface MigrationStatus {
  readonly applied: readonly AppliedMigration[]
  /** Files that are still to be applied, in order. */
  readonly pending: readonly Migration[]
}

/**
 * Fails with `ConfigurationError` (`MIGRATION_CHANGED`) when a file is no longer what was applied: what the tables are would be written down nowhere.
 * An applied one whose file is gone is no mistake.
 */
export async function migrationStatus(tools: SchemaTools, files: readonly Migration[]): Promise<MigrationStatus> {
  const applied = await tools.applied()
  const byId = new Map(applied.map((one) => [one.id, one]))
  const changed = files.filter(({ id, checksum }) => byId.has(id) && byId.get(id)?.checksum !== checksum)
  if (changed.length > 0) {
    throw new ConfigurationError(
      changed.map(({ id, name }) => ({
        code: 'MIGRATION_CHANGED',
        element: `${id}_${name}.sql`,
        message: `was changed after it was applied at ${byId.get(id)?.appliedAt.toISOString()}.`,
        fix: 'Take the change back, and put it into a new migration.',
      })),
    )
  }
  return { applied, pending: files.filter(({ id }) => !byId.has(id)) }
}

/** Applies what is pending, in order; gives what this call has applied. When one fails, those before it stay. */
export async function migrate(tools: SchemaTools, files: readonly Migration[], clock: Clock): Promise<readonly Migration[]> {
  const done: Migration[] = []
  for (const migration of (await migrationStatus(tools, files)).pending) {
    // Somebody else may have applied it in the meantime.
    if (await tools.apply(migration, clock.now())) done.push(migration)
  }
  return done
}
