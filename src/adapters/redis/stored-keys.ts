import type { RedisClient } from './client.ts'
import type { Keyspace } from './keys.ts'

/** Keys looked through with one command, and keys removed with one. */
const BATCH = 1000

/** Names of the keys in the space, each once, in no order; without those that come or go meanwhile, or with them. */
export async function storedNames(client: RedisClient, keyspace: Keyspace, glob?: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  const pattern = keyspace.pattern(glob)
  let cursor = '0'
  do {
    const reply = await client.command(['SCAN', cursor, 'MATCH', pattern, 'COUNT', String(BATCH)])
    const [next, keys] = reply as [string, readonly string[]]
    for (const key of keys) names.add(keyspace.name(key))
    cursor = next
  } while (cursor !== '0')
  return names
}

/** Returns how many of them there were. */
export async function removeNames(client: RedisClient, keyspace: Keyspace, names: Iterable<string>): Promise<number> {
  const keys = [...names].map((name) => keyspace.key(name))
  let removed = 0
  for (let at = 0; at < keys.length; at += BATCH) removed += Number(await client.command(['UNLINK', ...keys.slice(at, at + BATCH)]))
  return removed
}
