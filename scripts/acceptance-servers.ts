import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { createClient } from 'redis'
import type { Seen } from './acceptance/on-servers.ts'
import type { Consumer } from './consumer.ts'

export type Server = 'postgresql' | 'redis'

/** What the environment says, as for programs that have a configuration file, or what is usual on this machine. */
const DATABASE_URL = process.env.DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/test'
const REDIS_URL = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379/0'

/**
 * Runs the copy of a program whose domain has no configuration file on servers: a setup file of Vitest beside it assigns them. It gets a database and a prefix
 * of keys of its own, which are removed afterwards. Tells whether it passed, and left on the servers what it must have if it really ran there.
 */
export async function passesOn(servers: readonly Server[], consumer: Consumer, folder: string, run: () => boolean): Promise<boolean> {
  const name = `proteanjs_acceptance_${process.pid}`
  const onRedis = servers.includes('redis')
  const env = { ACCEPTANCE_DATABASE: databaseUri(name), ACCEPTANCE_REDIS: onRedis ? REDIS_URL : '', ACCEPTANCE_PREFIX: name }
  // All test files share the database. Hooks of the setup file come first, because those of the tests remove what it looks at.
  const test = { env, setupFiles: ['on-servers.ts'], fileParallelism: false, sequence: { hooks: 'list' } }
  consumer.write(join(folder, 'vitest.config.mjs'), `export default ${JSON.stringify({ test })}\n`)
  consumer.copy(join(import.meta.dirname, 'acceptance'), folder)
  await administer(`CREATE DATABASE ${name}`)
  try {
    const passed = run()
    return wasThere(join(consumer.folder, folder, 'seen.jsonl'), onRedis) && passed
  } finally {
    await administer(`DROP DATABASE ${name} WITH (FORCE)`)
    if (onRedis) await removeKeys(name)
  }
}

function wasThere(file: string, onRedis: boolean): boolean {
  const seen = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  const total = { messages: 0, entries: 0, read: 0 }
  for (const { messages, entries, read } of seen.map((line) => JSON.parse(line) as Seen)) {
    total.messages += messages
    total.entries += entries
    total.read += read
  }
  console.log(
    `left on the servers by ${seen.length} tests: ${total.messages} messages, ${total.entries} entries in streams, read ${total.read} times`,
  )
  return total.messages > 0 && total.read > 0 === onRedis
}

function databaseUri(name: string): string {
  const uri = new URL(DATABASE_URL)
  uri.pathname = `/${name}`
  return uri.href
}

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: DATABASE_URL })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

async function removeKeys(prefix: string): Promise<void> {
  const client = await createClient({ url: REDIS_URL, RESP: 2 }).connect()
  for await (const keys of client.scanIterator({ MATCH: `${prefix}:*`, COUNT: 1000 })) if (keys.length > 0) await client.unlink(keys)
  await client.close()
}
