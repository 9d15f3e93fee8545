import type { Timers } from '../../util/runtime/timers.ts'
import type { NotificationConnection } from './client.ts'
import { FlushFailure } from './client.ts'

export interface NotifierOptions {
  connect(): Promise<NotificationConnection>
  /** Called with what other processes have sent. */
  heard(categories: readonly string[]): void
  /** Called when the connection was lost or could not be made; it is tried again. */
  failed(error: unknown): void
  readonly timers: Timers
}

/** Between two notifications: each is a transaction of its own, and would slow down the appends that it tells of. */
const INTERVAL_MS = 10
const FIRST_DELAY_MS = 1000
const LONGEST_DELAY_MS = 30_000
/** The server takes 8000 bytes less one at a time. */
const MAX_PAYLOAD_BYTES = 7000

/** Schemas of one database share its channels. */
const CHANNEL = `'protean_' || left(md5(current_schema()), 16)`
/** What is sent is only a hint, so nobody waits until it is on disk. */
const RELAX = `SELECT set_config('synchronous_commit', 'off', false)`
const LISTEN = `DO $listen$ BEGIN EXECUTE 'LISTEN ' || quote_ident(${CHANNEL}); END $listen$`
const NOTIFY = `SELECT pg_notify(${CHANNEL}, $1)`

/**
 * Tells other processes of appends, and hears theirs, over one connection of its own, made when there is first something to tell or to hear. At most one
 * notification is on its way, and then comes a short pause; what comes up meanwhile goes into the next. A lost connection is made again, after growing delays; what was missed
 * meanwhile is for the slow poll to find, which listeners keep up in any case.
 */
export class Notifier {
  readonly #options: NotifierOptions
  readonly #untold = new Set<string>()
  #closing = new AbortController()
  #isOpen = false
  #isWanted = false
  #running: Promise<void> | undefined
  #wake: (() => void) | undefined

  constructor(options: NotifierOptions) {
    this.#options = options
  }

  open(): void {
    this.#isOpen = true
    this.#closing = new AbortController()
    if (this.#isWanted) this.#start()
  }

  async close(): Promise<void> {
    this.#isOpen = false
    this.#closing.abort()
    this.#wake?.()
    await this.#running
  }

  /** Hears of others' appends from now on, whenever it is open. */
  listen(): void {
    this.#isWanted = true
    if (this.#isOpen) this.#start()
  }

  send(categories: Iterable<string>): void {
    for (const category of categories) this.#untold.add(category)
    if (this.#running === undefined) this.#start()
    else this.#wake?.()
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    for (let delayMs = FIRST_DELAY_MS; !signal.aborted; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
      try {
        await this.#connected(signal, () => {
          delayMs = FIRST_DELAY_MS
        })
      } catch (error) {
        if (!signal.aborted) this.#options.failed(error)
      }
      await this.#options.timers.sleep(delayMs, signal)
    }
  }

  async #connected(signal: AbortSignal, established: () => void): Promise<void> {
    const connection = await this.#options.connect()
    let isUp = true
    connection.onEnd(() => {
      isUp = false
      this.#wake?.()
    })
    connection.onNotification((payload, own) => {
      if (!own) this.#options.heard(payload.split('\n'))
    })
    try {
      for (const text of [RELAX, LISTEN]) await connection.query({ text, values: [], gives: 'count' })
      established()
      // What a process that is about to end has appended last is told as well.
      do {
        if (this.#untold.size > 0) {
          await this.#tell(connection)
          await this.#options.timers.sleep(INTERVAL_MS, signal)
        }
        await new Promise<void>((resolve) => {
          this.#wake = resolve
          if (!isUp || signal.aborted || this.#untold.size > 0) resolve()
        })
      } while (this.#untold.size > 0 || (isUp && !signal.aborted))
      if (!isUp) throw new FlushFailure(new Error('Connection terminated unexpectedly'))
    } finally {
      this.#wake = undefined
      if (isUp) await connection.end()
    }
  }

  async #tell(connection: NotificationConnection): Promise<void> {
    for (const payload of payloads(this.#untold)) await connection.query({ text: NOTIFY, values: [payload], gives: 'count' })
  }
}

/** Takes the categories out of the set, a line for each. */
function payloads(categories: Set<string>): readonly string[] {
  const all: string[] = []
  for (const category of categories) {
    const last = all.at(-1)
    if (last !== undefined && Buffer.byteLength(last) + Buffer.byteLength(category) < MAX_PAYLOAD_BYTES)
      all[all.length - 1] = `${last}\n${category}`
    else all.push(category)
  }
  categories.clear()
  return all
}
