/** Tables as a database says that they are, or as it would say of tables just created; by the names that it has for them. */
export type SchemaFacts = ReadonlyMap<string, TableFacts>

export interface TableFacts {
  readonly columns: ReadonlyMap<string, ColumnFacts>
  readonly primaryKey: readonly string[]
  readonly foreignKeys: readonly ForeignKeyFacts[]
  /** What each index is, in words that are the same for indexes that do the same; that of the primary key is none of them. */
  readonly indexes: ReadonlyMap<string, string>
}

export interface ColumnFacts {
  readonly type: string
  readonly required: boolean
}

export interface ForeignKeyFacts {
  readonly column: string
  readonly table: string
  readonly target: string
}

const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+/g

/** The same table after some of its columns were renamed. */
export function withRenamedColumns(table: TableFacts, renamed: ReadonlyMap<string, string>): TableFacts {
  if (renamed.size === 0) return table
  const now = (name: string) => renamed.get(name) ?? name
  return {
    columns: new Map([...table.columns].map(([name, facts]) => [now(name), facts])),
    primaryKey: table.primaryKey.map(now),
    foreignKeys: table.foreignKeys.map((key) => ({ ...key, column: now(key.column) })),
    indexes: new Map([...table.indexes].map(([name, definition]) => [name, renamedIn(definition, renamed)])),
  }
}

/** The text of an index's definition, with columns under their new names; texts that it compares with stay. */
function renamedIn(definition: string, renamed: ReadonlyMap<string, string>): string {
  return definition.replace(TOKENS, (token) => {
    if (token.startsWith("'")) return token
    if (!token.startsWith('"')) return renamed.get(token) ?? token
    const name = renamed.get(token.slice(1, -1).replaceAll('""', '"'))
    return name === undefined ? token : `"${name.replaceAll('"', '""')}"`
  })
}
