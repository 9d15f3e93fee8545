import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase } from '../../../src/adapters/sqlite/create-database.ts'
import type { SqliteDatabase } from '../../../src/adapters/sqlite/database.ts'
import type { DatabaseHarness } from '../../../src/testing/conformance/index.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'

/** A SQLite database that shares nothing with any other, not open yet. */
export async function sqliteDatabase(
  where: 'in a file' | 'without one' = 'without one',
  options: Readonly<Record<string, unknown>> = { synchronous: 'normal' },
): Promise<DatabaseHarness & { readonly database: SqliteDatabase }> {
  const folder = where === 'in a file' ? await mkdtemp(join(tmpdir(), 'protean-test-')) : undefined
  const databaseUri = folder === undefined ? 'sqlite:///:memory:' : `sqlite:///${join(folder, 'test.db')}`
  const database = createDatabase({ name: 'test', settings: { databaseUri, options }, timers: systemTimers })
  return {
    database,
    async dispose() {
      await database.close()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}
