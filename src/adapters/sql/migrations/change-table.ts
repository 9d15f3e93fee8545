import type { MigrationPlan, SchemaChange } from '../../../ports/schema-tools.ts'
import type { Dialect } from '../dialect.ts'
import { renumberingText } from '../framework-tables.ts'
import type { TableChange } from './compare-table.ts'
import type { SchemaWriter } from './schema-writer.ts'

/** What makes a table that is there the one that the domain needs, and what stays as it is unless it is asked for. */
export function changeTable(writer: SchemaWriter, difference: TableChange, destructive: boolean): MigrationPlan {
  const { dialect } = writer
  const { table, retyped, leftOver, indexes } = difference
  const isAllowed = ({ from, to }: TableChange['retyped'][number]) => destructive || writer.isWidening(from, to)
  const dropped = destructive ? leftOver : []
  const change: TableChange = {
    ...difference,
    retyped: retyped.filter(isAllowed),
    dropped,
    relaxed: difference.relaxed.filter((name) => !dropped.includes(name)),
  }
  const removed = destructive ? indexes.leftOver : []
  return {
    changes: [
      ...removed.map((name) => ({
        about: `Drops the index ${name}, which nothing in the domain declares.`,
        sql: [`DROP INDEX ${dialect.table(name)}`],
      })),
      ...writer.alterTable(change, destructive ? [] : indexes.leftOver),
      ...renumbered(dialect, change),
      ...indexChanges(writer, change),
    ],
    leftOver: [
      ...(difference.hasOtherKey
        ? [`The table ${table.name} has another primary key than ${table.primaryKey}: write the change by hand.`]
        : []),
      ...retyped
        .filter((one) => !isAllowed(one))
        .map(({ column, from, to }) => `${table.name}.${column.name} is ${from}, of which not every value may fit into ${to}.`),
      ...(destructive ? [] : leftOver.map((name) => `The column ${table.name}.${name} belongs to nothing in the domain.`)),
      ...(destructive ? [] : indexes.leftOver.map((name) => `The index ${name} is declared by nothing in the domain.`)),
    ],
  }
}

/** The numbering of a generated column goes on when it is renamed. */
function renumbered(dialect: Dialect, { table, renamed }: TableChange): readonly SchemaChange[] {
  return [...renamed].flatMap(([from, to]) => {
    const column = table.columns.find(({ name }) => dialect.shortName(name) === to)
    if (column?.generated !== true) return []
    return { about: `Goes on numbering ${table.name}.${to} where it was.`, sql: [renumberingText(dialect, table.name, from, column.name)] }
  })
}

function indexChanges(writer: SchemaWriter, { indexes }: TableChange): readonly SchemaChange[] {
  const create = (name: string) => indexes.wanted.get(name) ?? ''
  return [
    ...[...indexes.renamed].map(([from, to]) => ({
      about: `Renames the index ${from} to ${to}.`,
      sql: writer.renameIndex(from, to, create(to)),
    })),
    ...indexes.changed.map((name) => ({
      about: `Makes the index ${name} anew, as it is declared now.`,
      sql: [`DROP INDEX IF EXISTS ${writer.dialect.table(name)}`, create(name)],
    })),
    ...indexes.missing.map((name) => ({ about: `Creates the index ${name}.`, sql: [create(name)] })),
  ]
}
