/**
 * One stream of a broker, read for one subscription, which is a group of it. The group has one reader at a time: whoever holds the subscription's lease.
 *
 * A message is acknowledged when the database says that it is dealt with, and not before; so whoever comes next reads what was in hand when a process died,
 * first of all (G4, G7). What it handles twice changes nothing: checkpoints know. What a broker loses, or delivers late, the log has: see `LogAudit`, and
 * `MessageSource.mayMiss`.
 *
 * While there is nothing, a read waits at the broker, in the background. Should a message be given to a connection that is gone, it stays pending; now and then
 * the group is looked through for such.
 */
import type { Message } from '../messaging/message.ts'
import type { Broker, Delivery } from '../ports/broker.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { MessageSource, SourceBacklog, SourcePage, StreamPage } from './message-source.ts'

export interface BrokerSourceOptions {
  readonly broker: Broker
  readonly stream: string
  readonly group: string
  readonly clock: Clock
  /** How many parts read the stream, each of them all of it; one where it is left out. */
  readonly parts?: number
  /** How long one read waits at the broker, in milliseconds. */
  readonly waitMs: number
  /** Never throws: what cannot be read becomes a message that says so. */
  messageOf(delivery: Delivery): Message
  /** When what was published came to be; undefined where that cannot be said. */
  timeOf(payload: Delivery['payload']): Date | undefined
}

/** The lease makes sure that there is one. */
const CONSUMER = 'engine'
const SHORTEST_WAIT_MS = 100
const SWEEP_MS = 30_000

export class BrokerSource implements MessageSource {
  readonly key: string
  readonly mayMiss = true
  readonly #options: BrokerSourceOptions
  /** Handed out and not acknowledged, in the order in which it was. */
  #inHand: string[] = []
  readonly #known = new Set<string>()
  /** Pending messages may be there that are not in hand. */
  #mustClaim = false
  #nextSweep = 0
  #buffer: readonly Delivery[] = []
  #failure: { readonly error: unknown } | undefined
  #waiting: Promise<void> | undefined
  #wait: ((limit: number) => void) | undefined

  constructor(options: BrokerSourceOptions) {
    this.#options = options
    this.key = `${options.broker.name}:${options.stream}`
  }

  get nextDue(): number | undefined {
    return this.#canAcknowledge ? this.#nextSweep : undefined
  }

  async begin(): Promise<void> {
    const { broker, stream, group } = this.#options
    await broker.ensureGroup(stream, group)
    this.#inHand = []
    this.#known.clear()
    this.#buffer = []
    this.#failure = undefined
    this.#mustClaim = this.#canAcknowledge
    this.#nextSweep = this.#now() + SWEEP_MS
  }

  async read(after: string | undefined, limit: number): Promise<SourcePage> {
    const deliveries = await this.#next(limit)
    if (this.#canAcknowledge) {
      for (const { id } of deliveries) this.#known.add(id)
      this.#inHand.push(...deliveries.map(({ id }) => id))
    }
    return {
      messages: deliveries.map((delivery) => this.#options.messageOf(delivery)),
      places: deliveries.map(({ id }) => id),
      cursor: deliveries.at(-1)?.id ?? after,
    }
  }

  async passed(cursor: string): Promise<void> {
    const { broker, stream, group } = this.#options
    const through = this.#inHand.indexOf(cursor)
    if (through === -1) return
    const ids = this.#inHand.slice(0, through + 1)
    await broker.acknowledge(stream, group, ids)
    this.#inHand = this.#inHand.slice(through + 1)
    for (const id of ids) this.#known.delete(id)
  }

  async backlog(_after: string | undefined, limit: number): Promise<SourceBacklog> {
    const { broker, stream, group, parts = 1, timeOf } = this.#options
    const { count, isCut, oldest } = await broker.backlog(stream, group, limit)
    // What is not this part's own is still among it.
    return { count: Math.ceil(count / parts), isCut, oldest: oldest === undefined ? undefined : timeOf(oldest) }
  }

  async readStream(): Promise<StreamPage> {
    return { messages: [], through: undefined }
  }

  onArrival(wake: () => void): () => Promise<void> {
    const stopping = new AbortController()
    this.#wait = (limit) => {
      this.#waiting ??= this.#waitFor(limit, stopping.signal).finally(() => {
        this.#waiting = undefined
        wake()
      })
    }
    return async () => {
      this.#wait = undefined
      stopping.abort()
      // What it still brings is pending, and is claimed by whoever comes next.
      await this.#waiting
    }
  }

  async #next(limit: number): Promise<readonly Delivery[]> {
    const { broker, stream, group } = this.#options
    if (this.#failure !== undefined) throw this.#takeFailure()
    if (this.#canAcknowledge && this.#now() >= this.#nextSweep) {
      this.#nextSweep = this.#now() + SWEEP_MS
      this.#mustClaim = true
    }
    if (this.#mustClaim) {
      const claimed = await this.#claim(limit)
      if (claimed.length > 0 || this.#mustClaim) return claimed
    }
    if (this.#buffer.length > 0) {
      const buffered = this.#unknown(this.#buffer)
      this.#buffer = []
      return buffered
    }
    if (this.#waiting !== undefined) return []
    const deliveries = await broker.read({ stream, group, consumer: CONSUMER, count: limit })
    if (deliveries.length === 0) this.#wait?.(limit)
    return this.#unknown(deliveries)
  }

  /** What the group has been given and this reader does not have. */
  async #claim(limit: number): Promise<readonly Delivery[]> {
    const { broker, stream, group } = this.#options
    const count = this.#inHand.length + this.#buffer.length + limit
    const pending = await broker.pending(stream, group, count)
    const has = new Set(this.#buffer.map(({ id }) => id))
    this.#mustClaim = pending.some(({ id }) => !this.#known.has(id) && !has.has(id))
    if (!this.#mustClaim) return []
    const claimed = await broker.claim({ stream, group, consumer: CONSUMER, count, minIdleMs: 0 })
    return this.#unknown(claimed).filter(({ id }) => !has.has(id))
  }

  #unknown(deliveries: readonly Delivery[]): readonly Delivery[] {
    return deliveries.filter(({ id }) => !this.#known.has(id))
  }

  async #waitFor(limit: number, signal: AbortSignal): Promise<void> {
    const { broker, stream, group, waitMs } = this.#options
    try {
      while (!signal.aborted && this.#buffer.length === 0) {
        this.#buffer = await broker.read({
          stream,
          group,
          consumer: CONSUMER,
          count: limit,
          waitMs: Math.max(waitMs, SHORTEST_WAIT_MS),
          signal,
        })
      }
    } catch (error) {
      this.#failure = { error }
    }
  }

  #takeFailure(): unknown {
    const error = this.#failure?.error
    this.#failure = undefined
    return error
  }

  get #canAcknowledge(): boolean {
    return this.#options.broker.capabilities.acknowledgement
  }

  #now(): number {
    return this.#options.clock.now().getTime()
  }
}
