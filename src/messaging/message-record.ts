import type { JsonObject } from '../util/json.ts'
import type { MessageKind } from './metadata.ts'

/**
 * A message as plain JSON, key for key what Python's Protean stores, so that its tools read it too: snake case, null for what is absent,
 * instants in ISO 8601. Written by `encodeMessage`, read by `decodeMessage`.
 */
export type StoredMessageRecord = {
  readonly data: JsonObject
  readonly metadata: MetadataRecord
}

export type MetadataRecord = {
  readonly headers: HeadersRecord
  readonly envelope: { readonly specversion: '1.0'; readonly checksum: string | null }
  readonly domain: DomainRecord
  /** Null until a store has the message. */
  readonly event_store: EventStoreRecord | null
  readonly extensions: JsonObject
}

export type HeadersRecord = {
  readonly id: string
  readonly time: string
  readonly type: string
  readonly stream: string
  readonly traceparent: { readonly trace_id: string; readonly parent_id: string; readonly sampled: boolean } | null
  readonly idempotency_key: string | null
  readonly deadline: string | null
}

export type DomainRecord = {
  readonly fqn: string
  readonly kind: MessageKind
  readonly origin_stream: string | null
  readonly stream_category: string
  readonly version: number
  readonly sequence_id: string | null
  readonly asynchronous: boolean
  readonly expected_version: number | null
  readonly priority: number
  readonly correlation_id: string | null
  readonly causation_id: string | null
}

export type EventStoreRecord = {
  /** The cursor, where the store's cursors are whole numbers; else null, and the cursor is in the extension `_cursor`. */
  readonly global_position: number | null
  readonly position: number
}
