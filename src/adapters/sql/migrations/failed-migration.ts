import { DatabaseError } from '../../../errors.ts'
import type { Migration } from '../../../ports/schema-tools.ts'

/** What to tell of a script that the database refused, `cause` being what it said. */
export function migrationFailed({ id, name }: Migration, what: string, cause: unknown): DatabaseError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const text = `Migration ${id}_${name} could not be applied to ${what}: ${reason.replace(/\.$/, '')}. Nothing of it was kept: correct the file, and apply it again.`
  return new DatabaseError(text, { code: 'MIGRATION_FAILED', cause })
}
