import { createClient } from 'redis'
import type { TestProject } from 'vitest/node'
import { startServer } from '../support/postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Why the bookshelf cannot be tested on its real adapters; undefined where it can. */
    readonly bookshelfRefusal: string | undefined
  }
}

/** Runs once for each project of the bookshelf: has PostgreSQL and Redis there, or says why not, where its environment is the one that asks for them. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (project.config.env.PROTEAN_ENV !== 'test') {
    project.provide('bookshelfRefusal', undefined)
    return undefined
  }
  const redis = process.env.PROTEAN_TEST_REDIS ?? 'redis://127.0.0.1:6379'
  const postgres = await startServer()
  const refusal = 'reason' in postgres ? postgres.reason : await refusalOf(redis)
  project.provide('bookshelfRefusal', refusal)
  if ('reason' in postgres) return undefined
  Object.assign(project.config.env, { DATABASE_URL: postgres.uri, REDIS_URL: redis })
  return () => postgres.stop()
}

async function refusalOf(redis: string): Promise<string | undefined> {
  const client = createClient({ url: redis, RESP: 2, socket: { reconnectStrategy: false, connectTimeout: 2000 } })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.close()
    return undefined
  } catch (error) {
    return `no Redis server answers (${error instanceof Error ? error.message : String(error)})`
  }
}
