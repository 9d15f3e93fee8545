/**
 * What the adapter asks of a synchronous SQLite driver. `DatabaseSync` of node:sqlite has it; better-sqlite3's `Database` too, but that it calls
 * `isTransaction` `inTransaction`.
 */
export interface SqliteDriver {
  readonly isTransaction: boolean
  exec(sql: string): unknown
  prepare(sql: string): SqliteStatement
  function(name: string, options: { readonly deterministic: boolean }, body: (...values: unknown[]) => string | number | null): unknown
  close(): unknown
}

export interface SqliteStatement {
  run(...values: (string | number | null)[]): { readonly changes: number | bigint }
  all(...values: (string | number | null)[]): unknown[]
}

/** Opens a connection with node:sqlite, which is loaded here and nowhere else: Node 22 warns as soon as it is. */
export async function openNodeDriver(path: string): Promise<SqliteDriver> {
  const { DatabaseSync } = await import('node:sqlite')
  return new DatabaseSync(path)
}
