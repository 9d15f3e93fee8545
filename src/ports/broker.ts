import type { JsonObject } from '../util/json.ts'

export interface BrokerCapabilities {
  /** A message read by a group and not acknowledged is delivered again. */
  readonly acknowledgement: boolean
  /** Messages of one stream arrive in the order in which they were published. */
  readonly ordering: boolean
  /** Messages published before a group exists can still be read by it. */
  readonly replay: boolean
}

/** A message as one consumer of a group received it. */
export interface Delivery {
  /** Given by the broker, unique within the stream. */
  readonly id: string
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
  readonly count: number
  /** How long to wait for a message when there is none; 0 or left out: not at all. */
  readonly waitMs?: number | undefined
}

/**
 * Streams of messages, read by groups: each group gets every message, each message goes to one consumer of the group until acknowledged.
 * An unknown or empty stream gives no messages and no error. Fails with `DatabaseError` when the server does.
 */
export interface Broker {
  readonly name: string
  readonly provider: string
  readonly capabilities: BrokerCapabilities
  open(): Promise<void>
  close(): Promise<void>
  isAlive(): Promise<boolean>
  /** Publishes in order; returns one id per payload. An empty payload is refused with `ValidationError`. */
  publish(stream: string, payloads: readonly JsonObject[]): Promise<readonly string[]>
  /** Makes the group, reading from the stream's beginning, if it is not there. */
  ensureGroup(stream: string, group: string): Promise<void>
  /** Messages that no consumer of the group has had yet. */
  read(read: BrokerRead): Promise<readonly Delivery[]>
  /** Returns how many of them this group had pending. */
  acknowledge(stream: string, group: string, ids: readonly string[]): Promise<number>
  pending(stream: string, group: string, limit: number): Promise<readonly PendingDelivery[]>
  /** Takes over, for `consumer`, pending messages that have been idle for `minIdleMs` or longer. */
  claim(read: BrokerRead & { readonly minIdleMs: number }): Promise<readonly Delivery[]>
  /** Messages in the stream, read or not. */
  length(stream: string): Promise<number>
  /** Drops the oldest messages beyond `maxLength` that every group has acknowledged. Returns how many went. */
  trim(stream: string, maxLength: number): Promise<number>
  resetData(): Promise<void>
}
