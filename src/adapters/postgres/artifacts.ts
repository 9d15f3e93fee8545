import type { ClusterSchema } from '../../ports/table.ts'
import { NUMBERS, REGISTRY, registeredTables, registerTable, unregisterTable } from '../sql/framework-tables.ts'
import type { Statement } from '../sql/statement.ts'
import { createClusters, createTable, dropClusters, tablesOf } from '../sql/tables.ts'
import type { PostgresContext } from './context.ts'
import { CREATE_MESSAGES, command, DROP_MESSAGES, MESSAGES_TABLE } from './event-schema.ts'

/** Two processes that create the same table at once would both fail, `IF NOT EXISTS` or not. */
export const ONE_AT_A_TIME = command(`SELECT pg_advisory_xact_lock(hashtextextended('proteanjs schema', 0))`)

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

export async function dropArtifacts({ client, dialect, given }: PostgresContext, clusters: readonly ClusterSchema[]): Promise<void> {
  const present = await tablesThere(client, [REGISTRY.name, NUMBERS.name])
  await client.flush([
    ONE_AT_A_TIME,
    ...DROP_MESSAGES,
    ...dropClusters(dialect, clusters).map(command),
    ...(present.has(REGISTRY.name) ? tablesOf(clusters).map(({ name }) => unregisterTable(dialect, name)) : []),
    ...(present.has(NUMBERS.name) ? tablesOf(clusters).map(({ name }) => forgetNumbers(name)) : []),
  ])
  given.clear()
}

/** All tables that were ever created from here, in one `TRUNCATE`. */
export async function resetData({ client, dialect, given }: PostgresContext): Promise<void> {
  const present = await tablesThere(client, [REGISTRY.name, NUMBERS.name, MESSAGES_TABLE])
  const names = [NUMBERS.name, MESSAGES_TABLE].filter((name) => present.has(name))
  if (present.has(REGISTRY.name)) {
    const [registered] = await client.flush([registeredTables(dialect)])
    names.push(
      ...(await tablesThere(
        client,
        (registered?.rows ?? []).map(({ name }) => name as string),
      )),
    )
  }
  const tables = names.map((name) => dialect.table(name)).join(', ')
  if (names.length > 0) await client.flush([command(`TRUNCATE ${tables} RESTART IDENTITY`)])
  given.clear()
}

async function tablesThere(client: PostgresContext['client'], names: readonly string[]): Promise<ReadonlySet<string>> {
  const text = 'SELECT wanted.name FROM unnest($1::text[]) AS wanted (name) WHERE to_regclass(quote_ident(wanted.name)) IS NOT NULL'
  const [result] = await client.flush([{ text, values: [names], gives: 'rows' }])
  return new Set((result?.rows ?? []).map(({ name }) => name as string))
}

function forgetNumbers(table: string): Statement {
  return { text: `DELETE FROM ${NUMBERS.name} WHERE starts_with("name", $1)`, values: [`${table}.`], gives: 'count' }
}
