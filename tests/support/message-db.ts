import { afterAll } from 'vitest'
import { installMessageDb } from './message-db-installation.ts'
import type { TestServer } from './postgres.ts'
import { describePostgres } from './postgres.ts'

export interface MessageDbServer extends TestServer {
  /** URI of a database with an empty Message DB in it that nobody else uses. */
  messageStore(): Promise<string>
  /** Lets one that is empty again be given to the next. */
  giveBackStore(uri: string): void
}

/** Tests that need Message DB: installed, from its package, into databases of their own on the PostgreSQL server for tests. */
export function describeMessageDb(name: string, body: (server: MessageDbServer) => void): void {
  describePostgres(name, (server) => {
    const made: string[] = []
    const free: string[] = []
    afterAll(async () => {
      for (const database of made) await server.admin(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
    })
    body({
      uri: server.uri,
      schema: () => server.schema(),
      giveBack: (schema) => server.giveBack(schema),
      admin: (text, values) => server.admin(text, values),
      async messageStore() {
        const known = free.pop()
        if (known !== undefined) return known
        const database = `message_db_${process.pid}_${Math.random().toString(36).slice(2, 10)}`
        made.push(database)
        await server.admin(`CREATE DATABASE ${database}`)
        const uri = new URL(server.uri)
        uri.pathname = `/${database}`
        await installMessageDb(uri.href)
        return uri.href
      },
      giveBackStore: (uri) => void free.push(uri),
    })
  })
}
