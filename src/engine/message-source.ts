import type { Message } from '../messaging/message.ts'
import type { Partition } from '../messaging/partition.ts'
import { categoryOf } from '../messaging/stream-name.ts'
import type { EventStore } from '../ports/event-store.ts'

export interface SourcePage {
  readonly messages: readonly Message[]
  /** Where the next page begins. Behind the last message, also behind those that were left out. */
  readonly cursor: string | undefined
  /** The place of each message in this source, where that is not its place in the log. */
  readonly places?: readonly string[]
}

/** What lies behind a cursor, counted up to a limit. */
export interface SourceBacklog {
  readonly count: number
  readonly isCut: boolean
  /** When the oldest of it came to be. */
  readonly oldest: Date | undefined
}

export interface StreamPage {
  readonly messages: readonly Message[]
  readonly through: number | undefined
}

/**
 * Where a subscription's messages come from, in an order that keeps that of each stream. What was read and not dealt with is read again by whoever holds
 * the subscription next: from the saved cursor on, or because the group of a broker still has it pending.
 *
 * A source that is told what is dealt with (`passed`) keeps that itself, and its cursor is not saved.
 */
export interface MessageSource {
  /** Unique within the subscription; what its cursor is saved under. */
  readonly key: string
  /** Messages of one stream may come late, in another order, or not at all: what is missing before one of them is read from its stream first. */
  readonly mayMiss?: boolean
  /** When there is something to read although nothing arrives (epoch milliseconds). */
  readonly nextDue?: number | undefined
  /** Whoever held the subscription before works on it no more: what they had and did not deal with is read again. */
  begin?(): Promise<void>
  read(after: string | undefined, limit: number): Promise<SourcePage>
  /** Everything through this place is dealt with, durably. */
  passed?(cursor: string): Promise<void>
  /** How much lies behind a cursor. Takes nothing. */
  backlog(after: string | undefined, limit: number): Promise<SourceBacklog>
  /** What comes next in one stream, for catching up with it. `through` is the last position looked at; undefined when there is nothing more. */
  readStream(stream: string, from: number, limit: number): Promise<StreamPage>
  /** The cursor behind a message; undefined where the source does not hold it. Needed where what is kept in order is not a stream. */
  placeOf?(message: Message): Promise<string | undefined>
  /** Calls `wake` when there may be something to read. Returns how to stop. */
  onArrival(wake: () => void): () => Promise<void> | void
}

/** A category of an event store, or all of it. */
export class LogSource implements MessageSource {
  readonly key: string
  readonly store: EventStore
  readonly category: string
  readonly types: readonly string[] | undefined
  readonly #among: ReadonlySet<string> | undefined
  readonly #partition: Partition | undefined

  /**
   * `types`: only messages of these; all where it is left out. `among`: the categories in which there can be any, where it is all of the store. `partition`: only
   * its streams.
   */
  constructor(
    store: EventStore,
    category: string,
    types: readonly string[] | undefined,
    among?: ReadonlySet<string>,
    partition?: Partition,
  ) {
    this.key = `${store.name}|${category}`
    this.store = store
    this.category = category
    this.types = types
    this.#among = among
    this.#partition = partition
  }

  /** The same log, for a reader who takes a part of its streams. */
  partOf(partition: Partition): LogSource {
    return new LogSource(this.store, this.category, this.types, this.#among, partition)
  }

  async read(after: string | undefined, limit: number): Promise<SourcePage> {
    const read = { after, limit, types: this.types, partition: this.#partition }
    return this.category === '$all' ? await this.store.readAll(read) : await this.store.readCategory(this.category, read)
  }

  async backlog(after: string | undefined, limit: number): Promise<SourceBacklog> {
    const { messages } = await this.read(after, limit)
    const own = messages.filter(({ category }) => this.#concerns(category))
    return { count: own.length, isCut: messages.length === limit, oldest: own[0]?.time }
  }

  async readStream(stream: string, from: number, limit: number): Promise<StreamPage> {
    if (this.category !== '$all' && categoryOf(stream) !== this.category) return { messages: [], through: undefined }
    const messages = await this.store.readStream(stream, { from, limit })
    const { types } = this
    const wanted = types === undefined ? messages : messages.filter(({ type }) => types.includes(type))
    return { messages: wanted, through: messages.at(-1)?.stored?.position }
  }

  async placeOf({ id }: Message): Promise<string | undefined> {
    return (await this.store.find(id))?.stored?.cursor
  }

  onArrival(wake: () => void): () => void {
    return this.store.onAppend((categories) => {
      if (categories.some((category) => this.#concerns(category))) wake()
    })
  }

  #concerns(category: string): boolean {
    return this.category === '$all' ? this.#among?.has(category) !== false : category === this.category
  }
}
