import { ValidationError } from '../../errors.ts'
import type { Broker, BrokerBacklog, BrokerCapabilities, BrokerRead, Delivery, PendingDelivery } from '../../ports/broker.ts'
import { OpenState } from '../../ports/open-state.ts'
import type { JsonObject } from '../../util/json.ts'
import type { Clock } from '../../util/runtime/clock.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import { BrokerStream } from './broker-stream.ts'

export interface InlineBrokerOptions {
  readonly name: string
  /** Measures how long pending messages have been idle. */
  readonly clock: Clock
  /** Ends reads that wait in vain. */
  readonly timers: Timers
  /** Awaited by `publish` when the stream has what was published; what it throws is thrown on. */
  readonly published?: ((stream: string) => Promise<void>) | undefined
}

/** A broker in this process's memory: for tests, and for applications of one process. What it holds stays while it is closed. */
export class InlineBroker implements Broker {
  readonly name: string
  readonly provider = 'inline'
  readonly capabilities: BrokerCapabilities = { acknowledgement: true, ordering: true, replay: true }
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #deliver: ((stream: string) => Promise<void>) | undefined
  readonly #state: OpenState
  /** Ids are not given again by the next process, whose database may remember them. */
  #epoch: number
  readonly #streams = new Map<string, BrokerStream>()
  readonly #waiting = new Map<string, Set<AbortController>>()

  constructor(options: InlineBrokerOptions) {
    this.name = options.name
    this.#clock = options.clock
    this.#epoch = options.clock.now().getTime()
    this.#timers = options.timers
    this.#deliver = options.published
    this.#state = new OpenState(`broker "${options.name}" (inline)`)
  }

  async open(): Promise<void> {
    this.#state.open()
  }

  async close(): Promise<void> {
    this.#state.close()
    for (const stream of this.#waiting.keys()) this.#wake(stream)
  }

  async isAlive(): Promise<boolean> {
    return this.#state.isOpen
  }

  async publish(stream: string, payloads: readonly JsonObject[]): Promise<readonly string[]> {
    this.#state.check()
    if (payloads.some((payload) => Object.values(payload).every((member) => member === undefined))) {
      const issue = { path: 'payload', code: 'EMPTY_MESSAGE', message: 'A message cannot be empty: give it at least one member.' }
      throw new ValidationError([issue], { element: stream })
    }
    const target = this.#stream(stream)
    const ids = payloads.map((payload) => target.publish(payload))
    if (ids.length > 0) {
      this.#wake(stream)
      await this.#deliver?.(stream)
    }
    return ids
  }

  async ensureGroup(stream: string, group: string): Promise<void> {
    this.#state.check()
    this.#stream(stream).ensureGroup(group)
  }

  async removeGroup(stream: string, group: string): Promise<void> {
    this.#state.check()
    this.#streams.get(stream)?.removeGroup(group)
  }

  async read({ stream, group, consumer, count, waitMs = 0, signal }: BrokerRead): Promise<readonly Delivery[]> {
    this.#state.check()
    const { session } = this.#state
    const deadline = this.#now() + waitMs
    for (;;) {
      const deliveries = this.#stream(stream).take(group, consumer, count, this.#now())
      const left = deadline - this.#now()
      if (deliveries.length > 0 || left <= 0 || count <= 0) return deliveries
      await this.#published(stream, left, signal)
      if (signal?.aborted === true || !this.#state.isOpen || this.#state.session !== session) return []
    }
  }

  async acknowledge(stream: string, group: string, ids: readonly string[]): Promise<number> {
    this.#state.check()
    return this.#streams.get(stream)?.acknowledge(group, ids) ?? 0
  }

  async pending(stream: string, group: string, limit: number): Promise<readonly PendingDelivery[]> {
    this.#state.check()
    return this.#streams.get(stream)?.pending(group, limit, this.#now()) ?? []
  }

  async claim(read: BrokerRead & { readonly minIdleMs: number }): Promise<readonly Delivery[]> {
    this.#state.check()
    const now = this.#now()
    return this.#streams.get(read.stream)?.claim(read.group, read.consumer, read.count, now - read.minIdleMs, now) ?? []
  }

  async backlog(stream: string, group: string, limit: number): Promise<BrokerBacklog> {
    this.#state.check()
    return this.#streams.get(stream)?.backlog(group, limit) ?? { count: 0, isCut: false, oldest: undefined }
  }

  async length(stream: string): Promise<number> {
    this.#state.check()
    return this.#streams.get(stream)?.length ?? 0
  }

  async trim(stream: string, maxLength: number): Promise<number> {
    this.#state.check()
    return this.#streams.get(stream)?.trim(maxLength) ?? 0
  }

  async resetData(): Promise<void> {
    this.#state.check()
    this.#streams.clear()
    this.#epoch += 1
  }

  #now(): number {
    return this.#clock.now().getTime()
  }

  #stream(name: string): BrokerStream {
    let stream = this.#streams.get(name)
    if (stream === undefined) {
      stream = new BrokerStream(this.#epoch)
      this.#streams.set(name, stream)
    }
    return stream
  }

  /** Resolves when something is published to the stream, when `signal` is aborted, or after `ms` milliseconds. */
  async #published(stream: string, ms: number, signal: AbortSignal | undefined): Promise<void> {
    const woken = new AbortController()
    const waiting = this.#waiting.get(stream) ?? new Set()
    this.#waiting.set(stream, waiting.add(woken))
    await this.#timers.sleep(ms, signal === undefined ? woken.signal : AbortSignal.any([woken.signal, signal]))
    waiting.delete(woken)
    if (waiting.size === 0) this.#waiting.delete(stream)
  }

  #wake(stream: string): void {
    for (const waiting of this.#waiting.get(stream) ?? []) waiting.abort()
  }
}
