import type { ClusterSchema, TableSchema } from '../../ports/table.ts'
import { NUMBERS, REGISTRY, registeredTables, registerTable, unregisterTable } from '../sql/framework-tables.ts'
import { MIGRATIONS } from '../sql/migrations/migration-log.ts'
import { dropTable, replaceTable } from '../sql/replace-table.ts'
import type { Statement } from '../sql/statement.ts'
import { createClusters, createTable, dropClusters, tablesOf } from '../sql/tables.ts'
import type { PostgresContext } from './context.ts'
import { CREATE_MESSAGES, command, DROP_MESSAGES, MESSAGES_TABLE } from './event-schema.ts'
import { postgresWriter } from './schema-writer.ts'

/** Two processes that create the same table at once would both fail, `IF NOT EXISTS` or not. */
export const ONE_AT_A_TIME = command(`SELECT pg_advisory_xact_lock(hashtextextended('proteanjs schema', 0))`)

const MAX_DELETED_BYTES = 8 * 1024 * 1024

export async function createArtifacts(
  { client, dialect }: PostgresContext,
  schema: string | undefined,
  clusters: readonly ClusterSchema[],
): Promise<void> {
  await createSchema({ client, dialect }, schema)
  await client.flush([
    ONE_AT_A_TIME,
    ...[REGISTRY, NUMBERS].flatMap((table) => createTable(dialect, table, undefined)).map(command),
    ...CREATE_MESSAGES,
    ...createClusters(dialect, clusters).map(command),
    ...tablesOf(clusters).map(({ name }) => registerTable(dialect, name)),
  ])
}

/** Asks first: creating a schema takes a right that using it does not, even where it is there. */
export async function createSchema(
  { client, dialect }: Pick<PostgresContext, 'client' | 'dialect'>,
  schema: string | undefined,
): Promise<void> {
  if (schema === undefined) return
  const [found] = await client.flush([{ text: 'SELECT 1 AS found FROM pg_namespace WHERE nspname = $1', values: [schema], gives: 'rows' }])
  if (found?.rows.length === 0) await client.flush([ONE_AT_A_TIME, command(`CREATE SCHEMA IF NOT EXISTS ${dialect.identifier(schema)}`)])
}

/** With the last registered table go the framework's own. */
export async function dropArtifacts(context: PostgresContext, clusters: readonly ClusterSchema[]): Promise<void> {
  const { client, dialect, given } = context
  const isRegistered = (await sizesOf(context, [REGISTRY.name])).size > 0
  const names = tablesOf(clusters).map(({ name }) => name)
  const forget = names.flatMap((name) => [unregisterTable(dialect, name), forgetNumbers(name)])
  await client.flush([ONE_AT_A_TIME, ...DROP_MESSAGES, ...dropClusters(dialect, clusters).map(command), ...(isRegistered ? forget : [])])
  given.clear()
  if (!isRegistered) return
  const [others] = await client.flush([registeredTables(dialect)])
  const framework = [REGISTRY, NUMBERS, MIGRATIONS].map((table) => ({ table, children: [] }))
  if (others?.rows.length === 0) await client.flush([ONE_AT_A_TIME, ...dropClusters(dialect, framework).map(command)])
}

export async function createOneTable({ client, dialect }: PostgresContext, table: TableSchema): Promise<void> {
  const tables = [REGISTRY, NUMBERS, table].flatMap((one) => createTable(dialect, one, undefined))
  await client.flush([ONE_AT_A_TIME, ...tables.map(command), registerTable(dialect, table.name)])
}

export async function dropOneTable({ client, dialect }: PostgresContext, table: TableSchema): Promise<void> {
  const framework = [REGISTRY, NUMBERS].flatMap((one) => createTable(dialect, one, undefined))
  await client.flush([ONE_AT_A_TIME, ...[...framework, ...dropTable(dialect, table)].map(command)])
}

/**
 * Whoever reads the table holds this up, and it holds up whoever wants to read from then on: so it gives way soon, rather than let one long report stop
 * everybody else.
 */
export function replacing({ dialect }: PostgresContext, table: TableSchema, by: TableSchema): readonly Statement[] {
  const { renameIndex } = postgresWriter(dialect)
  return [`SET LOCAL lock_timeout = '2s'`, ...replaceTable(dialect, table, by, renameIndex), 'SET LOCAL lock_timeout TO DEFAULT'].map(
    command,
  )
}

/**
 * Empties all tables that were ever created from here. One `TRUNCATE` makes new files for all tables and indexes and waits until they are on disk, which takes a
 * hundred times as long as deleting what a test has left; so that is for larger amounts only.
 */
export async function resetData(context: PostgresContext): Promise<void> {
  const { client, dialect, given } = context
  const sizes = await sizesOf(context, [REGISTRY.name, NUMBERS.name, MESSAGES_TABLE])
  const tables = new Map([...sizes].filter(([name]) => name !== REGISTRY.name))
  if (sizes.has(REGISTRY.name)) {
    const [registered] = await client.flush([registeredTables(dialect)])
    const names = (registered?.rows ?? []).map(({ name }) => name as string)
    for (const [name, size] of await sizesOf(context, names)) tables.set(name, size)
  }
  const filled = [...tables].filter(([, size]) => size > 0).map(([name]) => dialect.table(name))
  const total = [...tables.values()].reduce((sum, size) => sum + size, 0)
  if (total > MAX_DELETED_BYTES)
    await client.flush([command(`TRUNCATE ${[...tables.keys()].map(dialect.table).join(', ')} RESTART IDENTITY`)])
  else if (filled.length > 0) await client.flush(filled.map((table) => command(`DELETE FROM ${table}`)))
  given.clear()
}

/** In bytes, of those of the tables that are there, in this order. */
async function sizesOf({ client, dialect }: PostgresContext, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const wanted = 'unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (name, quoted, place)'
  const text = `SELECT wanted.name, pg_relation_size(id) AS size FROM ${wanted} CROSS JOIN to_regclass(wanted.quoted) AS id WHERE id IS NOT NULL ORDER BY wanted.place`
  const [result] = await client.flush([{ text, values: [names, names.map(dialect.table)], gives: 'rows' }])
  return new Map((result?.rows ?? []).map(({ name, size }) => [name as string, Number(size)]))
}

function forgetNumbers(table: string): Statement {
  return { text: `DELETE FROM ${NUMBERS.name} WHERE starts_with("name", $1)`, values: [`${table}.`], gives: 'count' }
}
