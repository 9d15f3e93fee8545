import { ValidationError } from '../../errors.ts'
import type { Broker, BrokerBacklog, BrokerCapabilities, BrokerRead, Delivery, PendingDelivery } from '../../ports/broker.ts'
import type { JsonObject } from '../../util/json.ts'
import type { RedisClient } from './client.ts'
import { hasCode } from './errors.ts'
import type { Keyspace } from './keys.ts'
import { removeNames, storedNames } from './stored-keys.ts'
import { backlogOf, deliveriesOf, fieldsOf, pendingOf } from './stream-entries.ts'
import { BACKLOG, CLAIM, CLAIM_LIMIT, REMOVE_GROUP, TRIM, TRIM_LIMIT } from './stream-scripts.ts'

export interface RedisBrokerOptions {
  readonly name: string
  readonly client: RedisClient
  readonly keyspace: Keyspace
}

/** A broker on a Redis server: streams with consumer groups. What one call publishes is stored together or not at all. */
export class RedisBroker implements Broker {
  readonly name: string
  readonly provider = 'redis'
  readonly capabilities: BrokerCapabilities = { acknowledgement: true, ordering: true, replay: true }
  readonly #client: RedisClient
  readonly #keyspace: Keyspace

  constructor({ name, client, keyspace }: RedisBrokerOptions) {
    this.name = name
    this.#client = client
    this.#keyspace = keyspace
  }

  open(): Promise<void> {
    return this.#client.open()
  }

  close(): Promise<void> {
    return this.#client.close()
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
    const additions = payloads.map((payload) => ['XADD', this.#keyspace.key(stream), '*', ...fieldsOf(payload)])
    const [only] = additions
    if (only === undefined) return []
    const ids = additions.length === 1 ? [await this.#client.command(only)] : await this.#client.transaction(additions)
    return ids as string[]
  }

  async ensureGroup(stream: string, group: string): Promise<void> {
    try {
      await this.#client.command(['XGROUP', 'CREATE', this.#keyspace.key(stream), group, '0', 'MKSTREAM'])
    } catch (error) {
      if (!hasCode(error, 'GROUP_EXISTS')) throw error
    }
  }

  async removeGroup(stream: string, group: string): Promise<void> {
    await this.#client.command(['EVAL', REMOVE_GROUP, '1', this.#keyspace.key(stream), group])
  }

  async read({ stream, group, consumer, count, waitMs = 0, signal }: BrokerRead): Promise<readonly Delivery[]> {
    this.#client.check()
    if (count <= 0) {
      await this.ensureGroup(stream, group)
      return []
    }
    const take = (waiting: readonly string[]) => {
      const options = ['GROUP', group, consumer, 'COUNT', String(count), ...waiting]
      return ['XREADGROUP', ...options, 'STREAMS', this.#keyspace.key(stream), '>']
    }
    if (waitMs <= 0) return fromStreams(await this.#inGroup(stream, group, () => this.#client.command(take([]))))
    try {
      // In steps, so that a connection whose other end is gone without a word does not look like a wait.
      const { longestWaitMs } = this.#client
      for (let leftMs = waitMs; leftMs > 0 && signal?.aborted !== true; leftMs -= longestWaitMs) {
        const block = ['BLOCK', String(Math.ceil(Math.min(leftMs, longestWaitMs)))]
        const reply = await this.#inGroup(stream, group, () => this.#client.waiting(take(block), signal))
        if (reply !== null) return fromStreams(reply)
      }
    } catch (error) {
      if (!hasCode(error, 'NOT_OPEN')) throw error
    }
    return []
  }

  async acknowledge(stream: string, group: string, ids: readonly string[]): Promise<number> {
    this.#client.check()
    const given = ids.filter((id) => /^\d+-\d+$/.test(id))
    return given.length === 0 ? 0 : Number(await this.#client.command(['XACK', this.#keyspace.key(stream), group, ...given]))
  }

  async pending(stream: string, group: string, limit: number): Promise<readonly PendingDelivery[]> {
    this.#client.check()
    if (limit <= 0) return []
    const command = ['XPENDING', this.#keyspace.key(stream), group, '-', '+', String(limit)]
    return pendingOf(await unlessMissing(this.#client.command(command)))
  }

  async claim({ stream, group, consumer, count, minIdleMs }: BrokerRead & { readonly minIdleMs: number }): Promise<readonly Delivery[]> {
    this.#client.check()
    if (count <= 0) return []
    const idleMs = String(Math.max(Math.ceil(minIdleMs), 0))
    const most = String(Math.min(count, CLAIM_LIMIT))
    const command = ['EVAL', CLAIM, '1', this.#keyspace.key(stream), group, consumer, idleMs, most]
    return deliveriesOf(await unlessMissing(this.#client.command(command)))
  }

  async backlog(stream: string, group: string, limit: number): Promise<BrokerBacklog> {
    const most = String(Math.max(Math.floor(limit), 0))
    return backlogOf(await this.#client.command(['EVAL', BACKLOG, '1', this.#keyspace.key(stream), group, most]), Number(most))
  }

  async length(stream: string): Promise<number> {
    return Number(await this.#client.command(['XLEN', this.#keyspace.key(stream)]))
  }

  async trim(stream: string, maxLength: number): Promise<number> {
    const kept = String(Math.min(Math.max(Math.floor(maxLength), 0), Number.MAX_SAFE_INTEGER))
    const command = ['EVAL', TRIM, '1', this.#keyspace.key(stream), kept, String(TRIM_LIMIT)]
    for (let dropped = 0; ; ) {
      const now = Number(await this.#client.command(command))
      dropped += now
      if (now < TRIM_LIMIT) return dropped
    }
  }

  async resetData(): Promise<void> {
    await removeNames(this.#client, this.#keyspace, await storedNames(this.#client, this.#keyspace))
  }

  /** Makes the group when it turns out not to be there, also when it is removed while somebody waits. */
  async #inGroup(stream: string, group: string, read: () => Promise<unknown>): Promise<unknown> {
    try {
      return await read()
    } catch (error) {
      if (!hasCode(error, 'GROUP_MISSING')) throw error
      await this.ensureGroup(stream, group)
      return read()
    }
  }
}

/** What there was, per stream; null when there was nothing. */
function fromStreams(reply: unknown): readonly Delivery[] {
  const streams = (reply ?? []) as readonly [string, readonly unknown[]][]
  return deliveriesOf(streams.flatMap(([, entries]) => entries))
}

/** Nothing, when there is no such stream or group. */
async function unlessMissing(reply: Promise<unknown>): Promise<readonly unknown[]> {
  try {
    return (await reply) as readonly unknown[]
  } catch (error) {
    if (hasCode(error, 'GROUP_MISSING')) return []
    throw error
  }
}
