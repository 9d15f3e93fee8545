import type { JsonObject } from '../util/json.ts'

export interface BrokerCapabilities {
  /**
   * A message read by a group and not acknowledged stays pending and can be claimed. Without it `acknowledge`, `pending` and `claim` fail with
   * `NotSupportedError`, and a message that was read is gone.
   */
  readonly acknowledgement: boolean
  /** Messages of one stream arrive in the order in which they were published. */
  readonly ordering: boolean
  /**
   * The broker keeps what was published, so that messages published before a group exists can still be read by it. Without it `length` is 0, `trim` drops
   * nothing, and groups may be those of one process: each process that listens gets every message.
   */
  readonly replay: boolean
}

/** A message as one consumer of a group received it. */
export interface Delivery {
  /** Given by the broker, unique within the stream. */
  readonly id: string
  /** What was published. Of an entry that was put there by other means and cannot be read as a payload, its raw fields, so that it keeps nothing back. */
  readonly payload: JsonObject
  /** 1 at the first delivery. */
  readonly deliveries: number
}

export interface PendingDelivery {
  readonly id: string
  readonly consumer: string
  /** Milliseconds since it was last delivered. */
  readonly idleMs: number
  readonly deliveries: number
}

export interface BrokerRead {
  readonly stream: string
  readonly group: string
  readonly consumer: string
  /** At most so many; 0 means none. */
  readonly count: number
  /** How long to wait for a message when there is none, in milliseconds; 0 or left out: not at all. A waiting read takes what is published meanwhile. */
  readonly waitMs?: number | undefined
  /** Ends the wait: the read then gives what it has taken by then, mostly nothing, and takes nothing more. */
  readonly signal?: AbortSignal | undefined
}

/** What a group has not acknowledged, or not read yet. Where the broker does not know acknowledgement: not read. */
export interface BrokerBacklog {
  /** How many messages, counted up to the limit that was asked for. */
  readonly count: number
  /** Whether counting ended at the limit, and there may be more. */
  readonly isCut: boolean
  /** The first of them in the stream; undefined when there is none, or when it was dropped from the stream before it was acknowledged. */
  readonly oldest: JsonObject | undefined
}

/**
 * Streams of messages, read by groups: each group gets every message, each message goes to one consumer of the group until acknowledged.
 * An unknown or empty stream or group gives no messages and no error. Fails with `DatabaseError` when the server does, and (`NOT_OPEN`) before `open` and
 * after `close`, all but those two and `isAlive`. Opening and closing may be repeated. Payloads come back as published; changing one changes nothing stored.
 */
export interface Broker {
  readonly name: string
  readonly provider: string
  readonly capabilities: BrokerCapabilities
  open(): Promise<void>
  /** Ends waiting reads, which give no messages. */
  close(): Promise<void>
  /** Whether the server answers. Never throws. */
  isAlive(): Promise<boolean>
  /** Publishes in order; returns one id per payload. A payload without members is refused with `ValidationError` (`EMPTY_MESSAGE`), and all with it. */
  publish(stream: string, payloads: readonly JsonObject[]): Promise<readonly string[]>
  /** Makes the group, reading from the stream's beginning, if it is not there. */
  ensureGroup(stream: string, group: string): Promise<void>
  /** Forgets the group, with what it has pending: nothing is kept in the stream for it any more. Nothing happens when it is not there. */
  removeGroup(stream: string, group: string): Promise<void>
  /** Messages that no consumer of the group has had yet, oldest first. Makes the group, as `ensureGroup` does, when it is not there. */
  read(read: BrokerRead): Promise<readonly Delivery[]>
  /** Returns how many of them this group had pending. */
  acknowledge(stream: string, group: string, ids: readonly string[]): Promise<number>
  /** What was delivered and not acknowledged, in the order of the stream. */
  pending(stream: string, group: string, limit: number): Promise<readonly PendingDelivery[]>
  /** Takes over, for `consumer`, pending messages that have been idle for `minIdleMs` or longer, oldest first. A delivery like any other; never waits. */
  claim(read: BrokerRead & { readonly minIdleMs: number }): Promise<readonly Delivery[]>
  /** What a group still has before it, delivering nothing. Without a group that is everything in the stream. */
  backlog(stream: string, group: string, limit: number): Promise<BrokerBacklog>
  /** Messages in the stream, read or not. */
  length(stream: string): Promise<number>
  /**
   * Drops messages from the oldest on while there are more than `maxLength`, up to the first that some group has not acknowledged (without the
   * `acknowledgement` capability: not read). Returns how many went.
   */
  trim(stream: string, maxLength: number): Promise<number>
  resetData(): Promise<void>
}
