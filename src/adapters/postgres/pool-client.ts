import { DatabaseError } from '../../errors.ts'
import type { StatementFeed } from '../../ports/statement-feed.ts'
import type { Statement, StatementResult } from '../sql/statement.ts'
import type { NotificationConnection, PostgresClient, PostgresSession } from './client.ts'
import { FlushFailure } from './client.ts'
import type { Driver, DriverConnection, DriverPool } from './driver.ts'
import { isConnectionLost } from './errors.ts'
import { Flush } from './flush.ts'
import { PreparedStatements } from './prepared-statements.ts'

export interface PoolClientOptions {
  /** The driver's own. */
  readonly pool: Readonly<Record<string, unknown>>
  load(): Promise<Driver>
  /** What is sent is reported here, but for notifications. */
  readonly statements?: StatementFeed | undefined
}

const STALE_PREPARED = new Set(['0A000', '26000'])

/** A server, reached through a pool of connections of `pg`. */
export class PoolClient implements PostgresClient {
  readonly #options: PoolClientOptions
  readonly #prepared = new WeakMap<DriverConnection, PreparedStatements>()
  readonly #sessions = new Set<PostgresSession>()
  #driver: Driver | undefined
  #pool: DriverPool | undefined
  #opening: Promise<void> | undefined

  constructor(options: PoolClientOptions) {
    this.#options = options
  }

  async open(): Promise<void> {
    if (this.#pool !== undefined) return
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined
    })
    await this.#opening
  }

  async close(): Promise<void> {
    const pool = this.#pool
    this.#pool = undefined
    for (const session of this.#sessions) session.discard()
    await pool?.end()
  }

  async flush(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    const connection = await this.#connect()
    let isLost = false
    try {
      return await this.#sendObserved(connection, statements)
    } catch (error) {
      isLost = isConnectionLost(error)
      if (!(error instanceof FlushFailure) || !isStalePrepared(error)) throw error
      // The schema changed since the statement was prepared. Nothing of it has taken effect, and the next time it is prepared anew.
      return await this.#sendObserved(connection, statements)
    } finally {
      // The server says that it ends a connection before it does: until then the pool would give it to others.
      connection.release(isLost)
    }
  }

  async session(): Promise<PostgresSession> {
    const connection = await this.#connect()
    const sessions = this.#sessions
    let isOurs = true
    let last: Promise<unknown> = Promise.resolve()
    // One after the other: the driver is about to refuse more than one query at a time on a connection.
    const inTurn = <Result>(action: () => Promise<Result>) => {
      const result = last.then(action)
      last = result.catch(() => undefined)
      return result
    }
    const giveBack = (discard: boolean) => {
      if (!isOurs) return
      isOurs = false
      sessions.delete(session)
      connection.release(discard)
    }
    const session: PostgresSession = {
      flush: (statements) => inTurn(() => this.#sendObserved(connection, statements)),
      script: (text) => inTurn(() => runScript(connection, text)),
      release: () => giveBack(false),
      discard: () => giveBack(true),
    }
    sessions.add(session)
    return session
  }

  async notifications(): Promise<NotificationConnection> {
    const { Client } = this.#driver ?? notOpen()
    const { application_name = 'proteanjs' } = this.#options.pool
    const connection = new Client({ ...this.#options.pool, application_name: `${String(application_name)} notifications` })
    connection.on('error', () => undefined)
    try {
      await connection.connect()
    } catch (error) {
      throw new FlushFailure(error)
    }
    return {
      query: async (statement) => void (await this.#send(connection, [statement])),
      onNotification: (listener) =>
        connection.on('notification', ({ payload = '', processId }) => listener(payload, processId === connection.processID)),
      onEnd: (listener) => connection.on('end', listener),
      end: () => connection.end(),
    }
  }

  async #open(): Promise<void> {
    this.#driver ??= await this.#options.load()
    const pool = new this.#driver.Pool({ ...this.#options.pool })
    // The pool replaces a connection that was lost while idle, and whoever was using one has been told by its own query.
    pool.on('error', () => undefined)
    pool.on('connect', (connection) => connection.on('error', () => undefined))
    try {
      ;(await pool.connect()).release()
    } catch (error) {
      await pool.end()
      throw new FlushFailure(error)
    }
    this.#pool = pool
  }

  async #connect() {
    try {
      return await (this.#pool ?? notOpen()).connect()
    } catch (error) {
      throw error instanceof DatabaseError ? error : new FlushFailure(error)
    }
  }

  #sendObserved(connection: DriverConnection, statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    const feed = this.#options.statements
    if (feed?.isHeard !== true) return this.#send(connection, statements)
    return feed.sending(statements, () => this.#send(connection, statements))
  }

  #send(connection: DriverConnection, statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    let prepared = this.#prepared.get(connection)
    if (prepared === undefined) {
      prepared = new PreparedStatements()
      this.#prepared.set(connection, prepared)
    }
    const known = prepared
    return new Promise((resolve, reject) => {
      connection.query(new Flush(statements, known, resolve, reject))
    })
  }
}

async function runScript(connection: DriverConnection, text: string): Promise<void> {
  try {
    await connection.query(text)
  } catch (error) {
    throw new FlushFailure(error)
  }
}

function isStalePrepared({ cause }: FlushFailure): boolean {
  return STALE_PREPARED.has(String((cause as { readonly code?: unknown } | undefined)?.code))
}

function notOpen(): never {
  throw new DatabaseError('The connection was closed in the meantime: begin again.', { code: 'NOT_OPEN' })
}
