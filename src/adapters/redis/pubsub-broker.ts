import { NotSupportedError, ValidationError } from '../../errors.ts'
import type { Broker, BrokerBacklog, BrokerCapabilities, BrokerRead, Delivery } from '../../ports/broker.ts'
import type { JsonObject } from '../../util/json.ts'
import type { Clock } from '../../util/runtime/clock.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import { Channel, textOf } from './channel.ts'
import type { RedisClient } from './client.ts'
import type { Keyspace } from './keys.ts'
import type { Subscriber } from './subscriber.ts'

export interface RedisPubSubOptions {
  readonly name: string
  readonly client: RedisClient
  readonly keyspace: Keyspace
  readonly clock: Clock
  readonly timers: Timers
}

/**
 * A broker on the server's PUBLISH and SUBSCRIBE: at most once. A message reaches the processes that listen at that moment, and nobody later; what is sent
 * while a connection is down is lost to it, and a group that is not read keeps the newest 10,000. Groups are those of one process: each process that
 * listens gets every message. For notifications that may be missed; what must arrive belongs on `redis` (Streams).
 */
export class RedisPubSubBroker implements Broker {
  readonly name: string
  readonly provider = 'redis_pubsub'
  readonly capabilities: BrokerCapabilities = { acknowledgement: false, ordering: true, replay: false }
  readonly #options: RedisPubSubOptions
  readonly #client: RedisClient
  readonly #channels = new Map<string, Promise<Channel>>()
  /** Number of this connection at the server: with a count of its own it makes an id that nobody else has. */
  #publisher = ''
  #published = 0
  #subscriber: Promise<Subscriber> | undefined

  constructor(options: RedisPubSubOptions) {
    this.name = options.name
    this.#options = options
    this.#client = options.client
  }

  async open(): Promise<void> {
    await this.#client.open()
    this.#publisher = String(await this.#client.command(['CLIENT', 'ID']))
  }

  async close(): Promise<void> {
    const channels = await Promise.all([...this.#channels.values()].map((channel) => channel.catch(() => undefined)))
    this.#channels.clear()
    this.#subscriber = undefined
    await this.#client.close()
    for (const channel of channels) channel?.wake()
  }

  isAlive(): Promise<boolean> {
    return this.#client.isAlive()
  }

  async publish(stream: string, payloads: readonly JsonObject[]): Promise<readonly string[]> {
    this.#client.check()
    if (payloads.some((payload) => Object.values(payload).every((member) => member === undefined))) {
      const issue = { path: 'payload', code: 'EMPTY_MESSAGE', message: 'A message cannot be empty: give it at least one member.' }
      throw new ValidationError([issue], { element: stream })
    }
    const ids = payloads.map(() => {
      this.#published += 1
      return `${this.#publisher}-${this.#published}`
    })
    const channel = this.#options.keyspace.key(stream)
    const commands = payloads.map((payload, at) => ['PUBLISH', channel, textOf(ids[at] as string, payload)])
    const [only] = commands
    if (only === undefined) return []
    await (commands.length === 1 ? this.#client.command(only) : this.#client.transaction(commands))
    return ids
  }

  async ensureGroup(stream: string, group: string): Promise<void> {
    this.#client.check()
    const channel = await this.#channel(stream)
    channel.ensureGroup(group)
  }

  async removeGroup(stream: string, group: string): Promise<void> {
    this.#client.check()
    const channel = await this.#channels.get(stream)
    channel?.removeGroup(group)
  }

  async read({ stream, group, count, waitMs = 0, signal }: BrokerRead): Promise<readonly Delivery[]> {
    this.#client.check()
    const { clock, timers } = this.#options
    const channel = await this.#channel(stream)
    channel.ensureGroup(group)
    if (count <= 0) return []
    const now = () => clock.now().getTime()
    const until = now() + waitMs
    try {
      await (await (this.#subscriber as Promise<Subscriber>)).caughtUp()
    } catch (error) {
      if (this.#client.isOpen) throw error
      return []
    }
    for (;;) {
      // Before the look, so that nothing comes in between.
      const woken = channel.attend()
      try {
        const deliveries = channel.take(group, count)
        const left = until - now()
        if (deliveries.length > 0 || left <= 0 || !this.#client.isOpen) return deliveries
        await timers.sleep(left, signal === undefined ? woken.signal : AbortSignal.any([woken.signal, signal]))
        if (signal?.aborted === true) return []
      } finally {
        channel.rest(woken)
      }
    }
  }

  acknowledge(): Promise<number> {
    return this.#unsupported('acknowledge')
  }

  pending(): Promise<never> {
    return this.#unsupported('pending')
  }

  claim(): Promise<never> {
    return this.#unsupported('claim')
  }

  async backlog(stream: string, group: string, limit: number): Promise<BrokerBacklog> {
    this.#client.check()
    const heard = (await this.#channels.get(stream))?.heard(group) ?? []
    const count = Math.min(heard.length, Math.max(limit, 0))
    return { count, isCut: heard.length > count, oldest: heard[0]?.payload }
  }

  async length(): Promise<number> {
    this.#client.check()
    return 0
  }

  async trim(): Promise<number> {
    this.#client.check()
    return 0
  }

  async resetData(): Promise<void> {
    this.#client.check()
    const subscriber = await this.#subscriber
    for (const stream of this.#channels.keys()) await subscriber?.unsubscribe(this.#options.keyspace.key(stream))
    this.#channels.clear()
  }

  #channel(stream: string): Promise<Channel> {
    const present = this.#channels.get(stream)
    if (present !== undefined) return present
    const listening = this.#listen(stream)
    this.#channels.set(stream, listening)
    listening.catch(() => this.#channels.delete(stream))
    return listening
  }

  async #listen(stream: string): Promise<Channel> {
    this.#subscriber ??= this.#client.subscriber()
    const connecting = this.#subscriber
    connecting.catch(() => {
      if (this.#subscriber === connecting) this.#subscriber = undefined
    })
    const channel = new Channel()
    await (await connecting).subscribe(this.#options.keyspace.key(stream), (text) => channel.hear(text))
    return channel
  }

  async #unsupported(operation: string): Promise<never> {
    this.#client.check()
    throw new NotSupportedError(
      `Broker "${this.name}" (redis_pubsub) cannot ${operation}: it delivers at most once and keeps nothing. Use a broker with provider "redis".`,
    )
  }
}
