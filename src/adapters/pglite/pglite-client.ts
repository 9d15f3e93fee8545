import { DatabaseError } from '../../errors.ts'
import type { StatementFeed } from '../../ports/statement-feed.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import { turn } from '../../util/runtime/turn.ts'
import type { PostgresClient, PostgresSession } from '../postgres/client.ts'
import { FlushFailure } from '../postgres/client.ts'
import { command } from '../postgres/event-schema.ts'
import { Flush } from '../postgres/flush.ts'
import { PreparedStatements } from '../postgres/prepared-statements.ts'
import type { Statement, StatementResult } from '../sql/statement.ts'
import type { PgliteDriver, PgliteInstance } from './driver.ts'
import { Turns } from './turns.ts'
import { WireBuffer } from './wire-buffer.ts'

export interface PgliteClientOptions {
  /** The driver's own. */
  readonly options: Readonly<Record<string, unknown>>
  /** Settings of the session, by name. */
  readonly session: Readonly<Record<string, string>>
  /** How long to wait for an open transaction of somebody else, in milliseconds. */
  readonly timeoutMs: number
  readonly timers: Timers
  load(): Promise<PgliteDriver>
  /** What is sent is reported here. */
  readonly statements?: StatementFeed | undefined
}

interface Running {
  readonly instance: PgliteInstance
  readonly driver: PgliteDriver
  readonly prepared: PreparedStatements
}

/** PostgreSQL in this process. It has one connection, which everybody takes in turns; a transaction keeps it until it ends. */
export class PgliteClient implements PostgresClient {
  readonly #options: PgliteClientOptions
  readonly #turns: Turns
  readonly #sessions = new Set<PostgresSession>()
  #opening: Promise<Running> | undefined
  #running: Running | undefined

  constructor(options: PgliteClientOptions) {
    this.#options = options
    this.#turns = new Turns(options.timers, options.timeoutMs)
  }

  async open(): Promise<void> {
    if (this.#running !== undefined) return
    this.#opening ??= this.#start().finally(() => {
      this.#opening = undefined
    })
    this.#running = await this.#opening
  }

  async close(): Promise<void> {
    const running = this.#running
    if (running === undefined) return
    for (const session of this.#sessions) session.discard()
    const leave = await this.#turns.enter()
    try {
      this.#running = undefined
      await running.instance.close()
    } finally {
      leave()
    }
  }

  async flush(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    const leave = await this.#enter()
    try {
      return await this.#send(statements)
    } finally {
      leave()
    }
  }

  async session(): Promise<PostgresSession> {
    const leave = await this.#enter()
    let isOurs = true
    const giveBack = (finish: () => Promise<unknown>) => {
      if (!isOurs) return
      isOurs = false
      this.#sessions.delete(session)
      // Whoever comes next finds out by himself when the connection is of no use any more.
      finish().then(leave, leave)
    }
    const session: PostgresSession = {
      flush: (statements) => this.#send(statements),
      script: (text) => this.#script(text),
      release: () => giveBack(() => Promise.resolve()),
      discard: () => giveBack(() => this.#send([command('ROLLBACK')])),
    }
    this.#sessions.add(session)
    return session
  }

  async #start(): Promise<Running> {
    const driver = await this.#options.load()
    let instance: PgliteInstance
    try {
      instance = await driver.PGlite.create(this.#options.options)
    } catch (error) {
      throw new FlushFailure(error)
    }
    const running = { instance, driver, prepared: new PreparedStatements() }
    const settings = Object.entries(this.#options.session)
    await run(
      running,
      settings.map(([name, value]) => ({ text: 'SELECT set_config($1, $2, false)', values: [name, value], gives: 'count' })),
    )
    return running
  }

  async #enter(): Promise<() => void> {
    const leave = await this.#turns.enter()
    if (this.#running !== undefined) return leave
    leave()
    throw notOpen()
  }

  #script(text: string): Promise<void> {
    return this.#running === undefined ? Promise.reject(notOpen()) : runScript(this.#running, text)
  }

  #send(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    const running = this.#running
    if (running === undefined) return Promise.reject(notOpen())
    const feed = this.#options.statements
    return feed?.isHeard === true ? feed.sending(statements, () => run(running, statements)) : run(running, statements)
  }
}

async function runScript({ instance, driver }: Running, text: string): Promise<void> {
  const { messages } = await instance.execProtocol(driver.protocol.serialize.query(text), { throwOnError: false })
  const error = messages.find(({ name }) => name === 'error')
  if (error !== undefined) throw new FlushFailure(error)
}

async function run({ instance, driver, prepared }: Running, statements: readonly Statement[]): Promise<readonly StatementResult[]> {
  // It answers without waiting for anything: who asks again and again would keep everybody else from going on, timers and gathered commits included.
  await turn()
  return await new Promise((resolve, reject) => {
    const flush = new Flush(statements, prepared, resolve, reject)
    const buffer = new WireBuffer(driver.protocol.serialize)
    flush.submit(buffer)
    instance.execProtocol(buffer.bytes(), { throwOnError: false }).then(
      ({ messages }) => buffer.answer(flush, messages),
      (error: unknown) => reject(new FlushFailure(error)),
    )
  })
}

function notOpen(): DatabaseError {
  return new DatabaseError('The database was closed in the meantime: begin again.', { code: 'NOT_OPEN' })
}
