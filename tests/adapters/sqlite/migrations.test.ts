import { DatabaseSync } from 'node:sqlite'
import { describe } from 'vitest'
import { migrationCases } from '../support/migration-cases.ts'
import { SqliteFile } from '../support/sqlite-file.ts'

const SCHEMA = `SELECT m.name AS "table", c.name, c.type, c."notnull", c.pk, c.dflt_value, NULL AS sql
FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND m.name NOT IN ('protean_migrations', 'sqlite_sequence')
UNION ALL SELECT m.name, f."from", f."table", f.on_delete, NULL, NULL, NULL FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
UNION ALL SELECT tbl_name, name, type, NULL, NULL, NULL, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1, 3, 2`

describe('migrations on SQLite', () => {
  migrationCases(async () => {
    const file = await SqliteFile.make()
    return {
      database: await file.open(),
      async described() {
        const driver = new DatabaseSync(file.path)
        try {
          return driver.prepare(SCHEMA).all()
        } finally {
          driver.close()
        }
      },
      dispose: () => file.remove(),
    }
  })
})
