import { DeserializationError } from '../errors.ts'
import type { JsonObject } from '../util/json.ts'
import { checksumOf } from './checksum.ts'
import { formatInstant } from './instant.ts'
import type { StoredPosition } from './message.ts'
import { Message } from './message.ts'
import type { EventStoreRecord, MetadataRecord, StoredMessageRecord } from './message-record.ts'
import type { MessageDomain, MessageEnvelope, MessageHeaders, TraceParent } from './metadata.ts'
import { RecordSection } from './record-section.ts'
import { categoryOf } from './stream-name.ts'

const KINDS = ['EVENT', 'COMMAND'] as const
const WHOLE_NUMBER = /^(?:0|[1-9]\d*)$/
/** Extension of a record, never of a message, that carries a cursor which is not a whole number. */
const CURSOR = '_cursor'
const UNKNOWN_ID = 'unknown'

/** The message as plain JSON. The payload and the extensions are not copied. Fails with `IncorrectUsageError` when the payload is not JSON or a date is invalid. */
export function encodeMessage(message: Message): StoredMessageRecord {
  return { data: message.data, metadata: encodeMetadata(message) }
}

function encodeMetadata({ metadata, stored }: Message): MetadataRecord {
  const { headers, envelope, domain } = metadata
  const eventStore = stored === undefined ? null : encodePosition(stored)
  return {
    headers: {
      id: headers.id,
      time: formatInstant(headers.time),
      type: headers.type,
      stream: headers.stream,
      traceparent: headers.traceparent === undefined ? null : encodeTraceParent(headers.traceparent),
      idempotency_key: headers.idempotencyKey ?? null,
      deadline: headers.deadline === undefined ? null : formatInstant(headers.deadline),
    },
    envelope: { specversion: envelope.specversion, checksum: envelope.checksum ?? null },
    domain: {
      fqn: domain.fqn,
      kind: domain.kind,
      origin_stream: domain.originStream ?? null,
      stream_category: domain.streamCategory,
      version: domain.version,
      sequence_id: domain.sequenceId ?? null,
      asynchronous: domain.asynchronous,
      expected_version: domain.expectedVersion ?? null,
      priority: domain.priority,
      correlation_id: domain.correlationId ?? null,
      causation_id: domain.causationId ?? null,
    },
    event_store: eventStore,
    extensions:
      stored !== undefined && eventStore?.global_position === null
        ? { ...metadata.extensions, [CURSOR]: stored.cursor }
        : metadata.extensions,
  }
}

function encodeTraceParent({ traceId, parentId, sampled }: TraceParent): { trace_id: string; parent_id: string; sampled: boolean } {
  return { trace_id: traceId, parent_id: parentId, sampled }
}

function encodePosition({ position, cursor }: StoredPosition): EventStoreRecord {
  const isExact = WHOLE_NUMBER.test(cursor) && Number.isSafeInteger(Number(cursor))
  return { global_position: isExact ? Number(cursor) : null, position }
}

export interface DecodeOptions {
  /** Whether to compare the payload with its checksum, where there is one. True when left out. */
  readonly validate?: boolean | undefined
  /** Where the store has the message, when the record does not say; it wins over what the record says. */
  readonly stored?: StoredPosition | undefined
}

/**
 * The message that a record holds; the payload and the extensions are not copied. Records of Python's Protean are read too, positions included.
 * Keys that are not part of the shape are ignored. Fails with `DeserializationError`: `MESSAGE_MALFORMED` for a key that is missing or of
 * the wrong type, `MESSAGE_CHECKSUM_MISMATCH` for a payload that is not the one that was written.
 */
export function decodeMessage(record: unknown, options: DecodeOptions = {}): Message {
  const id = idIn(record)
  const root = new RecordSection(id, '', record)
  const data = root.object('data')
  const metadata = root.section('metadata')
  const headers = decodeHeaders(metadata.section('headers'))
  const envelope = decodeEnvelope(metadata.optionalSection('envelope'))
  const domain = decodeDomain(metadata.section('domain'), headers.stream)
  const extensions = metadata.optionalObject('extensions') ?? {}
  const position = decodePosition(metadata.optionalSection('event_store'), extensions)
  if (options.validate !== false && envelope.checksum !== undefined) verify(id, data, envelope.checksum)
  return new Message(data, { headers, envelope, domain, extensions: position.extensions }, options.stored ?? position.stored)
}

function decodeHeaders(section: RecordSection): MessageHeaders {
  const traceparent = section.optionalSection('traceparent')
  return {
    id: section.string('id'),
    time: section.instant('time'),
    type: section.string('type'),
    stream: section.string('stream'),
    traceparent:
      traceparent === undefined
        ? undefined
        : { traceId: traceparent.string('trace_id'), parentId: traceparent.string('parent_id'), sampled: traceparent.boolean('sampled') },
    idempotencyKey: section.optionalString('idempotency_key'),
    deadline: section.optionalInstant('deadline'),
  }
}

function decodeEnvelope(section: RecordSection | undefined): MessageEnvelope {
  if (section === undefined) return { specversion: '1.0' }
  return { specversion: section.oneOf('specversion', ['1.0']), checksum: section.optionalString('checksum') }
}

/** What the original leaves out (the category of a command) or strips from what it publishes has a default. */
function decodeDomain(section: RecordSection, stream: string): MessageDomain {
  return {
    kind: section.oneOf('kind', KINDS),
    fqn: section.string('fqn'),
    streamCategory: section.optionalString('stream_category') ?? categoryOf(stream),
    version: section.integer('version'),
    originStream: section.optionalString('origin_stream'),
    sequenceId: section.optionalString('sequence_id'),
    asynchronous: section.optionalBoolean('asynchronous') ?? true,
    expectedVersion: section.optionalInteger('expected_version'),
    priority: section.optionalInteger('priority') ?? 0,
    correlationId: section.optionalString('correlation_id'),
    causationId: section.optionalString('causation_id'),
  }
}

function decodePosition(
  section: RecordSection | undefined,
  extensions: JsonObject,
): { stored: StoredPosition | undefined; extensions: JsonObject } {
  const position = section?.optionalInteger('position')
  if (position === undefined) return { stored: undefined, extensions }
  const globalPosition = section?.optionalInteger('global_position')
  if (globalPosition !== undefined) return { stored: { position, cursor: String(globalPosition) }, extensions }
  const { [CURSOR]: cursor, ...rest } = extensions
  return typeof cursor === 'string' ? { stored: { position, cursor }, extensions: rest } : { stored: undefined, extensions }
}

function verify(id: string, data: JsonObject, expected: string): void {
  const actual = computed(id, data)
  if (actual === expected) return
  throw new DeserializationError(
    id,
    `its payload has checksum ${actual}, but was written with ${expected}. Somebody changed the stored payload, or another program wrote it: restore it, or read without validation.`,
    { code: 'MESSAGE_CHECKSUM_MISMATCH' },
  )
}

function computed(id: string, data: JsonObject): string {
  try {
    return checksumOf(data)
  } catch (cause) {
    throw new DeserializationError(id, 'data is not JSON.', { code: 'MESSAGE_MALFORMED', cause })
  }
}

function idIn(record: unknown): string {
  const id = (record as { metadata?: { headers?: { id?: unknown } | null } | null } | null | undefined)?.metadata?.headers?.id
  return typeof id === 'string' && id !== '' ? id : UNKNOWN_ID
}
