import type { JsonObject } from '../util/json.ts'

export type MessageKind = 'EVENT' | 'COMMAND'

/** W3C trace context: where this message stands in a distributed trace. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits. */
  readonly parentId: string
  readonly sampled: boolean
}

export interface MessageHeaders {
  /** Unique for every message, also for two commands to one aggregate. Downstream deduplicates by it. */
  readonly id: string
  readonly time: Date
  /** `<DomainCamel>.<Element>.v<version>` */
  readonly type: string
  readonly stream: string
  readonly traceparent?: TraceParent | undefined
  readonly idempotencyKey?: string | undefined
  /** The instant after which a command is no longer worth handling. */
  readonly deadline?: Date | undefined
}

export interface MessageEnvelope {
  /** Version of this metadata's shape. */
  readonly specversion: '1.0'
  /** SHA-256, in hexadecimal, of the payload's canonical JSON. Absent on foreign messages that carry none. */
  readonly checksum?: string | undefined
}

export interface MessageDomain {
  readonly kind: MessageKind
  /** Persistent name of the element, with its domain's: `ecommerce.OrderPlaced`. */
  readonly fqn: string
  /** Everything before the first `-` of the stream. */
  readonly streamCategory: string
  /** Version of the message's shape, from 1. */
  readonly version: number
  /** Stream of the event whose handling led to this message, when there is one. */
  readonly originStream?: string | undefined
  /** `<aggregate version>.<n>` for a state-stored aggregate, `<version>` for an event-sourced one. */
  readonly sequenceId?: string | undefined
  /** Whether handlers run later, in an engine, rather than before `process` returns. */
  readonly asynchronous: boolean
  /** Position of the stream's last message that the writer had seen; -1 for a new stream. */
  readonly expectedVersion?: number | undefined
  readonly priority: number
  readonly correlationId?: string | undefined
  /** Id of the message that was being handled when this one came to be. */
  readonly causationId?: string | undefined
}

/** What travels with a payload. It is stored as it is and never made up again on reading. */
export interface Metadata {
  readonly headers: MessageHeaders
  readonly envelope: MessageEnvelope
  readonly domain: MessageDomain
  /** Free to use by enrichers; keys that begin with `_` belong to the framework. */
  readonly extensions: JsonObject
}
