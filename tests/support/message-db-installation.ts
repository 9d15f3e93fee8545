import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'

const SQL = join(import.meta.dirname, '../../node_modules/@eventide/message-db/database')
/** As its own script does it, but for pgcrypto, whose function PostgreSQL has itself by now. */
const STEPS = ['roles', 'schema', 'tables', 'types', 'functions', 'indexes', 'views', 'privileges']
/** Functions that others are made of. */
const FIRST = ['message-store-version', 'hash-64', 'acquire-lock', 'category', 'is-category', 'id', 'cardinal-id', 'stream-version']

/** Installs Message DB, from its package, into a database that has none. */
export async function installMessageDb(connectionString: string): Promise<void> {
  const client = new Client({ connectionString, options: '-c client_min_messages=warning -c search_path=message_store' })
  await client.connect()
  try {
    for (const step of STEPS) for (const file of inOrder(globSync(`${SQL}/${step}/*.sql`))) await client.query(readFileSync(file, 'utf8'))
  } finally {
    await client.end()
  }
}

function inOrder(files: readonly string[]): readonly string[] {
  const rank = (file: string) => FIRST.findIndex((name) => file.endsWith(`/${name}.sql`)) >>> 0
  return [...files].sort((one, other) => rank(one) - rank(other) || one.localeCompare(other))
}
