import type { MigrationPlan, MigrationPlanOptions, SchemaChange } from '../../../ports/schema-tools.ts'
import type { ClusterSchema, TableSchema } from '../../../ports/table.ts'
import type { Dialect } from '../dialect.ts'
import { NUMBERS, REGISTRY, registeredTables, registeringText, unregisteringText } from '../framework-tables.ts'
import type { Steps } from '../steps.ts'
import { ask } from '../steps.ts'
import { createTable } from '../tables.ts'
import { changeTable } from './change-table.ts'
import type { PlacedTable } from './compare-table.ts'
import { compareTable } from './compare-table.ts'
import { checkNeededValues } from './needed-values.ts'
import type { SchemaWriter } from './schema-writer.ts'
import type { SchemaFacts } from './table-facts.ts'

export interface Comparison {
  readonly clusters: readonly ClusterSchema[]
  readonly actual: SchemaFacts
  /** What `actual` would be if the tables of the clusters had just been created. */
  readonly wanted: SchemaFacts
}

/** Every table that the domain and the framework need, parents before their children. */
export function placedTables(clusters: readonly ClusterSchema[]): readonly PlacedTable[] {
  return [...[REGISTRY, NUMBERS].map((table) => ({ table, parent: undefined })), ...placed(clusters, undefined)]
}

export function* planMigration(
  writer: SchemaWriter,
  { clusters, actual, wanted }: Comparison,
  { destructive = false }: MigrationPlanOptions,
): Steps<MigrationPlan> {
  const { dialect } = writer
  const tables = placedTables(clusters)
  const factsOf = (facts: SchemaFacts, { name }: TableSchema) => facts.get(dialect.shortName(name))
  const created = tables.filter(({ table }) => factsOf(actual, table) === undefined).map((one) => creation(dialect, one))
  const differences = tables.flatMap((one) => {
    const [is, shall] = [factsOf(actual, one.table), factsOf(wanted, one.table)]
    return is === undefined || shall === undefined ? [] : [compareTable(dialect, one, is, shall)]
  })
  yield* checkNeededValues(dialect, differences)
  const altered = differences.map((difference) => changeTable(writer, difference, destructive))
  const forgotten = actual.has(REGISTRY.name) ? yield* forgottenTables(dialect, tables, actual) : []
  const messages = actual.has(writer.messagesTable)
    ? []
    : [{ about: `Creates the log of messages, ${writer.messagesTable}.`, sql: writer.createMessages }]
  return {
    changes: [
      ...created,
      ...messages,
      ...altered.flatMap(({ changes }) => changes),
      ...(destructive ? forgotten.map((name) => removal(dialect, name)) : []),
    ],
    leftOver: [
      ...altered.flatMap(({ leftOver }) => leftOver),
      ...(destructive ? [] : forgotten.map((name) => `The table ${name} belongs to nothing in the domain.`)),
    ],
  }
}

function placed(clusters: readonly ClusterSchema[], parent: TableSchema | undefined): readonly PlacedTable[] {
  return clusters.flatMap(({ table, children }) => [{ table, parent }, ...placed(children, table)])
}

function creation(dialect: Dialect, { table, parent }: PlacedTable): SchemaChange {
  const isFrameworks = table === REGISTRY || table === NUMBERS
  return {
    about: `Creates the table ${table.name} of ${table.element}.`,
    sql: [...createTable(dialect, table, parent), ...(isFrameworks ? [] : [registeringText(dialect, table.name)])],
  }
}

function removal(dialect: Dialect, name: string): SchemaChange {
  return {
    about: `Drops the table ${name}, which belongs to nothing in the domain, with all that is in it.`,
    sql: [`DROP TABLE ${dialect.table(name)}`, unregisteringText(dialect, name)],
  }
}

/** Tables that were created from here and that the domain does not have, children before their parents. */
function* forgottenTables(dialect: Dialect, tables: readonly PlacedTable[], actual: SchemaFacts): Steps<readonly string[]> {
  const known = new Set(tables.map(({ table }) => table.name))
  const { rows } = yield* ask(registeredTables(dialect))
  return rows.map(({ name }) => name as string).filter((name) => !known.has(name) && actual.has(dialect.shortName(name)))
}
