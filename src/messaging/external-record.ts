import type { JsonObject } from '../util/json.ts'
import type { Message } from './message.ts'
import { encodeMessage } from './message-codec.ts'
import type { DomainRecord, HeadersRecord } from './message-record.ts'

/** A message as other systems get it. `decodeMessage` reads it back, with the defaults of what is left out. */
export type ExternalMessageRecord = {
  readonly data: JsonObject
  readonly metadata: {
    readonly headers: HeadersRecord
    readonly envelope: { readonly specversion: '1.0' }
    readonly domain: Omit<DomainRecord, 'expected_version' | 'asynchronous' | 'priority'>
    readonly extensions: JsonObject
  }
}

/**
 * The stored form without what only concerns this system: expected version, asynchronous, priority, positions, checksum and the extensions
 * that begin with `_`. `metadata.headers.id` is what receivers deduplicate by.
 */
export function toExternalRecord(message: Message): ExternalMessageRecord {
  const { data, metadata } = encodeMessage(message)
  const { expected_version: _version, asynchronous: _asynchronous, priority: _priority, ...domain } = metadata.domain
  return {
    data,
    metadata: {
      headers: metadata.headers,
      envelope: { specversion: metadata.envelope.specversion },
      domain,
      extensions: publicExtensions(message.metadata.extensions),
    },
  }
}

/** The extensions that may leave the system. */
export function publicExtensions(extensions: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(extensions).filter(([key]) => !key.startsWith('_')))
}
