import { expect, test } from 'vitest'
import { describePostgres } from '../../support/postgres.ts'
import { migrationCases } from '../support/migration-cases.ts'
import { postgresDatabase } from '../support/postgres-harness.ts'
import { clustersOf, firstShop, laterShop } from '../support/shop-versions.ts'

const SCHEMA = `SELECT table_name, column_name AS name, data_type || ' ' || is_nullable || ' ' || coalesce(collation_name, '') || coalesce(column_default, '') AS what
FROM information_schema.columns WHERE table_schema = $1 AND table_name <> 'protean_migrations'
UNION ALL SELECT tablename, indexname, replace(indexdef, $1 || '.', '') FROM pg_indexes WHERE schemaname = $1 AND tablename <> 'protean_migrations'
UNION ALL SELECT conrelid::regclass::text, conname, replace(pg_get_constraintdef(oid), $1 || '.', '') FROM pg_constraint
  WHERE connamespace = $1::regnamespace AND contype = 'f'
ORDER BY 1, 2, 3`

describePostgres('migrations on PostgreSQL', (server) => {
  const create = async () => {
    const harness = postgresDatabase(server)
    await server.admin(`DROP SCHEMA IF EXISTS "${harness.schema}" CASCADE`)
    await harness.database.open()
    return {
      database: harness.database,
      described: async () =>
        (await server.admin(SCHEMA, [harness.schema])).map((row) => ({ ...row, table_name: String(row.table_name).replace(/^.*\./, '') })),
      dispose: async () => {
        await server.admin(`DROP SCHEMA IF EXISTS "${harness.schema}" CASCADE`)
        await harness.dispose()
      },
    }
  }

  migrationCases(create)

  test('a plan leaves nothing behind, and touches nothing that others made', async () => {
    const { database, described, dispose } = await create()
    await database.createArtifacts(clustersOf(firstShop))
    const before = await described()
    await database.schema.plan(clustersOf(laterShop), { destructive: true })
    expect(await described()).toEqual(before)
    expect(await server.admin("SELECT relname FROM pg_class WHERE relnamespace::regnamespace::text LIKE 'pg_temp%'")).toEqual([])
    await dispose()
  })
})
