/**
 * Takes what is committed to a broker. The log is the outbox: an event is in it if and only if its unit of work committed, in the order of its stream,
 * and a reader of it skips nothing (G3); so there is nothing to write beside it, nothing to claim and nothing to clean up. A relay keeps a cursor.
 *
 * One page at a time is published, all its streams at once and each in order, while the next one is read; then the cursor moves. A process that dies in
 * between leaves a page that the next one publishes again: at least once. The subscriptions of a domain know what they have had by its position.
 *
 * While the broker cannot be reached nothing is given up: the relay waits, longer and longer. A message that the broker refuses is tried again, and after
 * `maxAttempts` it is abandoned: kept as a dead letter, and passed.
 */
import { isProteanError } from '../errors.ts'
import type { FailureRecord } from '../handlers/failure-record.ts'
import type { Message } from '../messaging/message.ts'
import type { Broker } from '../ports/broker.ts'
import type { Database } from '../ports/database.ts'
import type { EventStore, LogPage } from '../ports/event-store.ts'
import type { JsonObject } from '../util/json.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { AbandonedMessages } from './abandoned-messages.ts'
import type { Lag } from './known-lag.ts'
import { knownLag } from './known-lag.ts'
import type { Publication } from './publication.ts'
import type { DeadLetterCount, Hold, Worker, WorkerProgress } from './worker.ts'

export interface RelayOptions {
  readonly name: string
  /** Keeps the cursor. */
  readonly home: Database
  readonly log: EventStore
  readonly broker: Broker
  readonly publication: Publication
  readonly clock: Clock
  /** Messages taken at a time. */
  readonly pageSize: number
  /** Attempts before a message that is refused is abandoned. */
  readonly maxAttempts: number
  /** Messages that a stream of the broker is trimmed to; undefined: none is removed. */
  readonly retention: number | undefined
  /** Milliseconds before the next attempt, after so many failed ones. */
  delayMs(attempts: number): number
  /** Keeps what is given up. */
  readonly abandoned: Pick<AbandonedMessages, 'keep' | 'replays' | 'published' | 'refused' | 'count'>
  report(error: unknown, message: Message | undefined, attempt: number): void
}

/** What is on its way to one stream of the broker. */
interface Batch {
  readonly messages: Message[]
  readonly payloads: JsonObject[]
}

interface Page {
  readonly cursor: string | undefined
  readonly count: number
  /** By stream of the broker; what is out is taken out of it. */
  readonly batches: Map<string, Batch>
}

const SAVED = Promise.resolve(true)
/** Pages between two trims of the streams. */
const TRIM_EVERY = 20
/** Pages that are read to find out how far behind the relay is. */
const LAG_PAGES = 10

export class OutboxRelay implements Worker {
  readonly name: string
  readonly home: Database
  readonly deadLetters: DeadLetterCount
  readonly #options: RelayOptions
  #hold: Hold | undefined
  #stopListening: () => void = () => undefined
  #cursor: string | undefined
  /** Read ahead. */
  #next: Promise<LogPage> | undefined
  /** Being published. */
  #page: Page | undefined
  #saving: Promise<boolean> = SAVED
  /** Attempts, by message, of what the broker refuses: they outlive the process. */
  #refused = new Map<string, number>()
  /** Passes since the broker was last reached. */
  #outage = 0
  /** Number of this pass among them, should it be one. */
  #attempt = 1
  /** Given up, and to be published after all. */
  #replays: FailureRecord[] = []
  #due: Date | undefined
  #untrimmed = new Set<string>()
  #pages = 0

  constructor(options: RelayOptions) {
    this.name = options.name
    this.home = options.home
    this.deadLetters = { count: () => options.abandoned.count() }
    this.#options = options
  }

  get nextDue(): Date | undefined {
    return this.#due
  }

  async start(hold: Hold): Promise<void> {
    const saved = hold.saved as { readonly cursor?: string; readonly refused?: Readonly<Record<string, number>> } | undefined
    this.#hold = hold
    this.#cursor = saved?.cursor
    this.#refused = new Map(Object.entries(saved?.refused ?? {}))
    this.#outage = 0
    this.#page = undefined
    this.#next = undefined
    this.#due = undefined
    this.#replays = [...(await this.#options.abandoned.replays())]
    this.#stopListening = this.#options.log.onAppend(() => hold.wake())
  }

  async pass(): Promise<number> {
    const hold = this.#hold as Hold
    if (!hold.isValid || (this.#due !== undefined && this.#options.clock.now() < this.#due)) return 0
    this.#attempt = this.#outage + 1
    const replayed = await this.#replay()
    this.#page ??= await this.#nextPage()
    const { batches, count, cursor } = this.#page
    const results = await Promise.all([...batches].map(([stream, batch]) => this.#publish(stream, batch, batches)))
    if (!results.every(Boolean)) return 0
    this.#page = undefined
    this.#due = undefined
    this.#outage = 0
    this.#refused.clear()
    if (cursor === this.#cursor) return replayed
    this.#cursor = cursor
    // The next page goes out meanwhile: should this one not be saved, both are published again.
    const saving = this.#saving
    this.#saving = SAVED
    if (!(await saving)) return 0
    this.#saving = quietly(this.#save(hold))
    await this.#trim()
    return count + replayed
  }

  async settled(): Promise<void> {
    await this.#saving.catch(() => undefined)
  }

  async stop(): Promise<void> {
    this.#stopListening()
    await this.#next?.catch(() => undefined)
    // What could not be saved is published again by whoever comes next.
    await this.#saving.catch(() => undefined)
    this.#hold = undefined
  }

  /** Somebody has changed something: what waits to be tried again is tried at once. */
  async reload(): Promise<void> {
    this.#replays = [...(await this.#options.abandoned.replays())]
    this.#due = undefined
    this.#hold?.wake()
  }

  async status(saved: JsonObject | undefined): Promise<WorkerProgress> {
    const lag = await knownLag(() => this.#lag(this.#hold === undefined ? (saved?.cursor as string | undefined) : this.#cursor))
    return { ...lag, waitingStreams: 0, deadLetters: await this.deadLetters.count() }
  }

  async #lag(after: string | undefined): Promise<Lag> {
    const { clock, pageSize } = this.#options
    let lag = 0
    let oldest: Message | undefined
    let cursor = after
    for (let pages = 0; pages < LAG_PAGES; pages += 1) {
      const page = await this.#read(cursor)
      oldest ??= page.messages[0]
      lag += page.messages.length
      cursor = page.cursor
      if (page.messages.length < pageSize) break
    }
    const oldestMs = oldest === undefined ? undefined : Math.max(clock.now().getTime() - oldest.time.getTime(), 0)
    return { lag, atLeast: lag === LAG_PAGES * pageSize, oldestMs }
  }

  #read(after: string | undefined): Promise<LogPage> {
    const { log, pageSize, publication } = this.#options
    return log.readAll({ after, limit: pageSize, types: publication.types })
  }

  /** Publishes what somebody wants published after all, late. What is refused once more is a dead letter again. */
  async #replay(): Promise<number> {
    const { broker, publication, abandoned, report } = this.#options
    let count = 0
    for (let record = this.#replays.shift(); record !== undefined; record = this.#replays.shift(), count += 1) {
      const stream = publication.streamOf(record.message)
      try {
        if (stream !== undefined) await broker.publish(stream, [publication.payloadOf(record.message)])
      } catch (error) {
        if (isPassing(error)) {
          this.#replays.unshift(record)
          throw error
        }
        report(error, record.message, record.attempts + 1)
        await abandoned.refused(record, error)
        continue
      }
      await abandoned.published(record)
    }
    return count
  }

  /** The page that was read ahead, or else a new one. Begins to read the one after it. */
  async #nextPage(): Promise<Page> {
    const { pageSize, publication } = this.#options
    const reading = this.#next ?? this.#read(this.#cursor)
    this.#next = undefined
    const { messages, cursor } = await reading
    if (messages.length === pageSize) this.#next = quietly(this.#read(cursor))
    const batches = new Map<string, Batch>()
    for (const message of messages) {
      const stream = publication.streamOf(message)
      if (stream === undefined) continue
      const batch = batches.get(stream) ?? { messages: [], payloads: [] }
      batches.set(stream, batch)
      batch.messages.push(message)
      batch.payloads.push(publication.payloadOf(message))
    }
    return { cursor, count: messages.length, batches }
  }

  /** Whether all of it is dealt with. What is, is taken out, so that a further attempt does not publish it again. */
  async #publish(stream: string, { messages, payloads }: Batch, batches: Map<string, Batch>): Promise<boolean> {
    const { broker } = this.#options
    this.#untrimmed.add(stream)
    // All at once; when that is refused, one by one, so that those before the bad one go out and it is known which that is.
    let size = payloads.length
    while (payloads.length > 0) {
      try {
        await broker.publish(stream, size === payloads.length ? payloads : payloads.slice(0, size))
      } catch (error) {
        if (size > 1 && !isPassing(error)) {
          size = 1
          continue
        }
        if (!(await this.#isGivenUp(messages[0] as Message, error))) return false
      }
      messages.splice(0, size)
      payloads.splice(0, size)
    }
    batches.delete(stream)
    return true
  }

  /** Counts an attempt that failed. True when the message is given up, so that those behind it go on. */
  async #isGivenUp(message: Message, error: unknown): Promise<boolean> {
    const { clock, maxAttempts, delayMs, abandoned, report } = this.#options
    const isRefused = !isPassing(error)
    const attempts = isRefused ? (this.#refused.get(message.id) ?? 0) + 1 : this.#attempt
    // All streams of a page meet the same outage.
    if (isRefused || this.#outage < attempts) report(error, message, attempts)
    if (isRefused && attempts >= maxAttempts) {
      await abandoned.keep(message, attempts, error)
      return true
    }
    if (isRefused) this.#refused.set(message.id, attempts)
    else this.#outage = attempts
    this.#due = new Date(clock.now().getTime() + delayMs(attempts))
    if (isRefused) await this.#save(this.#hold as Hold)
    return false
  }

  #save(hold: Hold): Promise<boolean> {
    const cursor = this.#cursor
    return hold.save({
      ...(cursor === undefined ? {} : { cursor }),
      ...(this.#refused.size === 0 ? {} : { refused: Object.fromEntries(this.#refused) }),
    })
  }

  async #trim(): Promise<void> {
    const { broker, retention } = this.#options
    this.#pages += 1
    if (retention === undefined || this.#pages % TRIM_EVERY !== 0) return
    const streams = [...this.#untrimmed]
    this.#untrimmed = new Set()
    await Promise.all(streams.map((stream) => broker.trim(stream, retention)))
  }
}

/** Whether the broker may take the same message later. */
function isPassing(error: unknown): boolean {
  return isProteanError(error) && error.retryable
}

/** Read ahead: who waits for it hears of an error, and nobody else. */
function quietly<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined)
  return promise
}
