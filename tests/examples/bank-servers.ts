import type { TestProject } from 'vitest/node'
import { installMessageDb } from '../support/message-db-installation.ts'
import { startServer } from '../support/postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Why the bank cannot be tested in the mode that a project names; undefined where it can. */
    readonly bankRefusal: string | undefined
  }
}

/** Runs once for each project of the bank: has PostgreSQL there, with a message store in it where the mode asks for one, or says why not. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const mode = project.config.env.PROTEAN_ENV
  if (mode !== 'test' && mode !== 'message_db') {
    project.provide('bankRefusal', undefined)
    return undefined
  }
  const server = await startServer()
  project.provide('bankRefusal', 'reason' in server ? server.reason : undefined)
  if ('reason' in server) return undefined
  Object.assign(project.config.env, { DATABASE_URL: server.uri })
  if (mode === 'test') return () => server.stop()
  const store = `bank_message_db_${process.pid}`
  await server.admin(`CREATE DATABASE ${store}`)
  const uri = new URL(server.uri)
  uri.pathname = `/${store}`
  await installMessageDb(uri.href)
  Object.assign(project.config.env, { MESSAGE_DB_URL: uri.href })
  return async () => {
    await server.admin(`DROP DATABASE IF EXISTS ${store} WITH (FORCE)`)
    await server.stop()
  }
}
