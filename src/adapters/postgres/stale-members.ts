import { compileVersions } from '../sql/compile-writes.ts'
import type { Statement } from '../sql/statement.ts'
import { streamVersions } from './append-statements.ts'
import type { BatchMember } from './batch-plan.ts'
import { byTable } from './by-table.ts'
import type { PostgresContext } from './context.ts'

/** Those members whose rows or streams are not at the versions that they expect, or not there. Nothing is locked: it is a guess, and whoever is among them goes by himself. */
export async function staleAmong<Member extends BatchMember>(
  { client, dialect }: PostgresContext,
  members: readonly Member[],
): Promise<ReadonlySet<Member>> {
  const tables = byTable(members.flatMap(({ changes }) => changes.updates))
  const streams = members.flatMap(({ targets }) =>
    [...targets].flatMap(([stream, { expected }]) => (expected === undefined ? [] : [stream])),
  )
  const statements: Statement[] = tables.map(([table, updates]) =>
    compileVersions(
      dialect,
      table,
      updates.map(({ id }) => id),
    ),
  )
  if (streams.length > 0) statements.push(streamVersions(streams))
  let results: Awaited<ReturnType<typeof client.flush>>
  try {
    results = await client.flush(statements)
  } catch {
    return new Set(members)
  }
  const stored = new Map<string, number | undefined>()
  for (const [at, [{ name, primaryKey, versionColumn }]] of tables.entries()) {
    const key = dialect.shortName(primaryKey)
    const version = versionColumn === undefined ? undefined : dialect.shortName(versionColumn)
    for (const row of results[at]?.rows ?? []) stored.set(`${name} ${row[key]}`, version === undefined ? undefined : Number(row[version]))
  }
  const positions = new Map((results[tables.length]?.rows ?? []).map(({ stream, position }) => [stream as string, Number(position)]))
  return new Set(
    members.filter(
      ({ changes, targets }) =>
        changes.updates.some(({ table, id, expectedVersion }) => {
          const key = `${table.name} ${id}`
          return !stored.has(key) || (expectedVersion !== undefined && stored.get(key) !== expectedVersion)
        }) || [...targets].some(([stream, { expected }]) => expected !== undefined && expected !== (positions.get(stream) ?? -1)),
    ),
  )
}
