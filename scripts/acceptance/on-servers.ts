/**
 * A setup file for a program whose domain has no configuration file: assigns servers to its domain, and notes after each test what the test has left on them,
 * asking the servers themselves. It is copied beside the program's `domain.ts`, which stays as it is.
 */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import type { Domain } from 'proteanjs'
import { createClient } from 'redis'
import { afterAll, afterEach, beforeAll } from 'vitest'

/** What stood on the servers at the end of a test, before its fixture removed it. */
export interface Seen {
  /** Rows of the log in PostgreSQL. */
  readonly messages: number
  /** Entries in streams of Redis. */
  readonly entries: number
  /** Of these, those that consumer groups have read; each group counts. */
  readonly read: number
}

const { ACCEPTANCE_DATABASE: databaseUri = '', ACCEPTANCE_REDIS: redisUri = '', ACCEPTANCE_PREFIX: keyPrefix = '' } = process.env
const { domain } = (await import(join(import.meta.dirname, 'domain.ts'))) as { readonly domain: Domain }

domain.config.databases.default = { provider: 'postgresql', databaseUri }
if (redisUri !== '') {
  domain.config.brokers.default = { provider: 'redis', uri: redisUri, keyPrefix }
  domain.config.server.defaultSubscriptionType = 'stream'
}

const postgres = new Client({ connectionString: databaseUri })
const redis = redisUri === '' ? undefined : createClient({ url: redisUri, RESP: 2 })

beforeAll(async () => {
  await postgres.connect()
  await redis?.connect()
})

afterEach(async () => {
  // Tests of the model alone leave it closed, and nothing anywhere.
  if (!domain.isInitialized) return
  const { rows } = await postgres.query<{ messages: number }>('SELECT count(*)::int AS messages FROM protean_messages')
  const seen: Seen = { messages: rows[0]?.messages ?? 0, ...(await inStreams()) }
  appendFileSync(join(import.meta.dirname, 'seen.jsonl'), `${JSON.stringify(seen)}\n`)
})

afterAll(async () => {
  await redis?.close()
  await postgres.end()
})

async function inStreams(): Promise<Pick<Seen, 'entries' | 'read'>> {
  const count = { entries: 0, read: 0 }
  for (const stream of (await redis?.keys(`${keyPrefix}:stream:*`)) ?? []) {
    count.entries += (await redis?.xLen(stream)) ?? 0
    for (const group of (await redis?.xInfoGroups(stream)) ?? []) count.read += Number(group['entries-read'] ?? 0)
  }
  return count
}
