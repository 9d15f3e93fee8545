import type { ForeignKeyFacts, SchemaFacts, TableFacts } from '../sql/migrations/table-facts.ts'
import type { DriverRow, Statement, StatementResult } from '../sql/statement.ts'

/** Where the tables are: those of the session, or those that it has made for itself alone. */
export type Namespace = 'current_schema()::regnamespace' | 'pg_my_temp_schema()'

/** What asks for the facts of all tables in a schema; `factsIn` reads the answers. */
export function factStatements(namespace: Namespace): readonly Statement[] {
  const columns = `SELECT c.relname AS "table", a.attname AS name, a.attnotnull::text AS required,
  format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE "' || co.collname || '"' ELSE '' END AS type
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_collation co ON co.oid = a.attcollation
WHERE c.relnamespace = ${namespace} AND c.relkind IN ('r', 'p')
ORDER BY c.relname, a.attnum`
  const keys = `SELECT c.relname AS "owner", k.contype::text AS kind, a.attname AS "column", f.relname AS "table", fa.attname AS target
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u (own, other, place)
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.own
LEFT JOIN pg_class f ON f.oid = k.confrelid
LEFT JOIN pg_attribute fa ON fa.attrelid = k.confrelid AND fa.attnum = u.other
WHERE c.relnamespace = ${namespace} AND k.contype IN ('p', 'f')
ORDER BY c.relname, k.conname, u.place`
  // An index that belongs to a constraint goes with that, and is none of ours.
  const indexes = `SELECT c.relname AS "table", i.relname AS name, pg_get_indexdef(x.indexrelid) AS definition
FROM pg_index x
JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_class i ON i.oid = x.indexrelid
WHERE c.relnamespace = ${namespace} AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY i.relname`
  return [columns, keys, indexes].map((text) => ({ text, values: [], gives: 'rows' }))
}

export function factsIn(results: readonly StatementResult[]): SchemaFacts {
  const [columns = [], keys = [], indexes = []] = results.map(({ rows }) => rows)
  return new Map(
    [...new Set(columns.map(({ table }) => table as string))].map((table) => [
      table,
      factsOf(
        columns.filter((row) => row.table === table),
        keys.filter(({ owner }) => owner === table),
        indexes.filter((row) => row.table === table),
      ),
    ]),
  )
}

function factsOf(columns: readonly DriverRow[], keys: readonly DriverRow[], indexes: readonly DriverRow[]): TableFacts {
  return {
    columns: new Map(columns.map(({ name, type, required }) => [name as string, { type: String(type), required: required === 'true' }])),
    primaryKey: keys.filter(({ kind }) => kind === 'p').map(({ column }) => column as string),
    foreignKeys: keys.filter(({ kind }) => kind === 'f').map(({ column, table, target }) => ({ column, table, target }) as ForeignKeyFacts),
    indexes: new Map(indexes.map(({ name, definition }) => [name as string, definitionIn(String(definition))])),
  }
}

/** `CREATE UNIQUE INDEX uq_people_email ON shop.people USING btree (email)` but for names. */
function definitionIn(text: string): string {
  return text.replace(/^CREATE (UNIQUE )?INDEX [\s\S]*? USING /, '$1')
}
