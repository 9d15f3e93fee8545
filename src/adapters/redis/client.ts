import { ConfigurationError } from '../../errors.ts'
import { OpenState } from '../../ports/open-state.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import type { Driver, DriverClient } from './driver.ts'
import { translated } from './errors.ts'
import type { RedisServer } from './settings.ts'
import { Subscriber } from './subscriber.ts'

export interface RedisClientOptions {
  /** Where it is configured: `caches.default`. */
  readonly element: string
  /** For messages: `cache "default" (redis)`. */
  readonly resource: string
  readonly server: RedisServer
  readonly load: () => Promise<Driver>
  readonly timers: Timers
}

const FIRST_RECONNECT_MS = 50
const LONGEST_RECONNECT_MS = 2000
const ALIVE_WITHIN_MS = 2000
const CLOSED_WITHIN_MS = 1000

/**
 * The connections of one adapter: one for all commands, and one for each command that waits. A lost connection is made again in the background; meanwhile
 * commands fail at once with a retryable `CONNECTION_FAILED`. No error of the driver comes out of it.
 */
export class RedisClient {
  readonly #options: RedisClientOptions
  readonly #state: OpenState
  readonly #where: string
  #driver: Driver | undefined
  #main: DriverClient | undefined
  #opening: Promise<void> | undefined
  readonly #idle: DriverClient[] = []
  readonly #waiting = new Set<DriverClient>()
  readonly #subscribers = new Set<Subscriber>()

  constructor(options: RedisClientOptions) {
    this.#options = options
    this.#state = new OpenState(options.resource)
    this.#where = `${options.resource} at ${options.server.address}`
  }

  get isOpen(): boolean {
    return this.#state.isOpen
  }

  /** For how long a waiting command may go without a reply, in milliseconds; the connection counts as lost some time after. */
  get longestWaitMs(): number {
    return this.#options.server.signOfLifeMs
  }

  /** Fails with `DatabaseError` when the server cannot be reached, and with `ConfigurationError` when the driver is missing. */
  async open(): Promise<void> {
    if (this.#state.isOpen) return
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined
    })
    await this.#opening
  }

  /** Lets commands on their way come to an end, and ends those that wait, which fail with `NOT_OPEN`. */
  async close(): Promise<void> {
    // Whoever opened it hears why that failed.
    await this.#opening?.catch(() => undefined)
    if (!this.#state.isOpen) return
    this.#state.close()
    for (const connection of [...this.#idle.splice(0), ...this.#waiting, ...this.#subscribers]) connection.destroy()
    this.#subscribers.clear()
    const main = this.#main
    this.#main = undefined
    if (main?.isReady === true) await this.#within(CLOSED_WITHIN_MS, main.close())
    main?.destroy()
  }

  /** Never throws. */
  async isAlive(): Promise<boolean> {
    if (!this.#state.isOpen) return false
    const answer = this.command(['PING']).catch(() => undefined)
    return (await this.#within(ALIVE_WITHIN_MS, answer)) === 'PONG'
  }

  /** Fails with `NOT_OPEN` unless it is open. */
  check(): void {
    this.#state.check()
  }

  command(args: readonly string[]): Promise<unknown> {
    return this.#run((main) => main.sendCommand(args))
  }

  /** All or nothing, with nothing of others in between. Returns one reply per command. */
  transaction(commands: readonly (readonly string[])[]): Promise<readonly unknown[]> {
    return this.#run((main) => {
      const transaction = main.multi()
      for (const args of commands) transaction.addCommand(args)
      return transaction.exec()
    })
  }

  /**
   * A command that keeps its connection busy until it has something to answer. Fails with `NOT_OPEN` when `close` ends it; gives null when `signal` does, and
   * then the server has given it nothing.
   */
  async waiting(args: readonly string[], signal?: AbortSignal): Promise<unknown> {
    this.#state.check()
    const { session } = this.#state
    let connection: DriverClient | undefined
    try {
      connection = this.#takeIdle() ?? (await this.#connect())
      this.#state.check(session)
      if (signal?.aborted === true) {
        this.#idle.push(connection)
        return null
      }
      this.#waiting.add(connection)
      const reply = await this.#untilAborted(connection, args, signal)
      this.#state.check(session)
      this.#idle.push(connection)
      return reply
    } catch (error) {
      connection?.destroy()
      this.#state.check(session)
      throw translated(error, this.#where)
    } finally {
      if (connection !== undefined) this.#waiting.delete(connection)
    }
  }

  /** A connection of its own that hears what is published; it lives until `close`. */
  async subscriber(): Promise<Subscriber> {
    this.#state.check()
    const { session } = this.#state
    try {
      const subscriber = new Subscriber(await this.#connect(), this.#where)
      this.#subscribers.add(subscriber)
      this.#state.check(session)
      return subscriber
    } catch (error) {
      this.#state.check(session)
      throw translated(error, this.#where)
    }
  }

  /** The server is asked to end the wait, so that it cannot give a message to somebody who has gone. */
  async #untilAborted(connection: DriverClient, args: readonly string[], signal: AbortSignal | undefined): Promise<unknown> {
    if (signal === undefined) return connection.sendCommand(args)
    const id = String(await connection.sendCommand(['CLIENT', 'ID']))
    const wait = { isOver: false }
    const end = async () => {
      try {
        // Not 1 where the command has not got to the server yet.
        while (!wait.isOver && (await this.command(['CLIENT', 'UNBLOCK', id])) !== 1);
      } catch {
        connection.destroy()
      }
    }
    const onAbort = () => void end()
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    try {
      return await connection.sendCommand(args)
    } finally {
      wait.isOver = true
      signal.removeEventListener('abort', onAbort)
    }
  }

  async #run<Reply>(action: (main: DriverClient) => Promise<Reply>): Promise<Reply> {
    this.#state.check()
    const { session } = this.#state
    const main = this.#main as DriverClient
    try {
      // A transaction would wait for the server to come back, whatever the options say.
      if (!main.isReady) throw new Error('The client is offline')
      return await action(main)
    } catch (error) {
      this.#state.check(session)
      throw translated(error, this.#where)
    }
  }

  async #open(): Promise<void> {
    this.#driver = await this.#options.load()
    try {
      this.#main = await this.#connect()
    } catch (error) {
      throw translated(error, this.#where)
    }
    this.#state.open()
  }

  async #connect(): Promise<DriverClient> {
    let isEstablished = false
    const connection = this.#create((retries, cause) =>
      isEstablished ? Math.min(2 ** retries * FIRST_RECONNECT_MS, LONGEST_RECONNECT_MS) : cause,
    )
    // Without a listener an error would end the process; the commands that fail say the same.
    connection.on('error', () => undefined)
    try {
      await connection.connect()
    } catch (error) {
      connection.destroy()
      throw error
    }
    isEstablished = true
    return connection
  }

  #create(reconnectStrategy: (retries: number, cause: Error) => number | Error): DriverClient {
    const { element, server } = this.#options
    const options = server.options()
    try {
      return (this.#driver as Driver).createClient({ ...options, socket: { reconnectStrategy, ...(options.socket as object) } })
    } catch (error) {
      // The driver's error is not handed on as the cause: it may quote the URI with its password.
      const reason = server.withoutUri(error instanceof Error ? error.message : String(error))
      throw new ConfigurationError({
        code: 'REDIS_OPTIONS_INVALID',
        element: `${element}.options`,
        message: `are refused by the driver: ${reason}.`,
        fix: 'Correct them, and see that they do not contradict the URI.',
      })
    }
  }

  #takeIdle(): DriverClient | undefined {
    for (;;) {
      const connection = this.#idle.pop()
      if (connection === undefined || connection.isReady) return connection
      connection.destroy()
    }
  }

  /** Undefined when it takes longer. */
  async #within<Result>(ms: number, action: Promise<Result>): Promise<Result | undefined> {
    const done = new AbortController()
    try {
      return await Promise.race([action, this.#options.timers.sleep(ms, done.signal).then(() => undefined)])
    } finally {
      done.abort()
    }
  }
}
