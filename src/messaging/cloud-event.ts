import type { Issue } from '../errors.ts'
import { ValidationError } from '../errors.ts'
import type { JsonObject, JsonValue } from '../util/json.ts'
import { normalizedName } from '../util/names.ts'
import type { Clock } from '../util/runtime/clock.ts'
import { systemClock } from '../util/runtime/clock.ts'
import { CloudEventAttributes, isObject } from './cloud-event-attributes.ts'
import { extensionAttributes, extensionsIn, FOREIGN } from './cloud-event-extensions.ts'
import { createEnvelope } from './envelope.ts'
import { formatInstant } from './instant.ts'
import { Message } from './message.ts'
import { categoryOf, eventStream, idOf } from './stream-name.ts'
import { formatTraceparent, parseTraceparent } from './traceparent.ts'
import { parseTypeString } from './type-string.ts'

/** A CloudEvents 1.0 event in structured JSON form. */
export type CloudEvent = JsonObject & {
  readonly specversion: '1.0'
  readonly id: string
  readonly type: string
  readonly source: string
}

const JSON_CONTENT = 'application/json'
const FOREIGN_CATEGORY = 'cloudevent'

/** The `source` of a domain's events: `source_uri` of its configuration, or else `urn:protean:<normalized name>`. */
export function cloudEventSource(domainName: string, sourceUri?: string): string {
  return sourceUri ?? `urn:protean:${normalizedName(domainName)}`
}

/**
 * The message as a CloudEvent. What only concerns this system stays behind: stream, expected version, asynchronous, priority, deadline,
 * idempotency key, position. A message that came from a CloudEvent goes out under the source, subject, schema and content type that it came with:
 * `source` and `id` together are an event's identity.
 */
export function toCloudEvent(message: Message, options: { readonly source: string }): CloudEvent {
  const { headers, envelope, domain, extensions } = message.metadata
  const foreignSource = textIn(extensions, FOREIGN.source)
  const subject = foreignSource === undefined ? idOf(headers.stream) : textIn(extensions, FOREIGN.subject)
  const attributes: { [key: string]: JsonValue | undefined } = {
    time: formatInstant(headers.time),
    subject,
    datacontenttype: textIn(extensions, FOREIGN.datacontenttype) ?? JSON_CONTENT,
    dataschema: textIn(extensions, FOREIGN.dataschema),
    data: message.data,
    traceparent: headers.traceparent === undefined ? undefined : formatTraceparent(headers.traceparent),
    sequence: domain.sequenceId,
    proteansequencetype: domain.sequenceId === undefined ? undefined : domain.sequenceId.includes('.') ? 'DotNotation' : 'Integer',
    proteancorrelationid: domain.correlationId,
    proteancausationid: domain.causationId,
    proteankind: domain.kind,
    proteanchecksum: envelope.checksum,
    ...extensionAttributes(extensions),
  }
  const present = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))
  return { specversion: '1.0', id: headers.id, type: headers.type, source: foreignSource ?? options.source, ...present }
}

/**
 * The message that a CloudEvent (structured JSON form, already parsed) stands for. Fails with `ValidationError`, naming every attribute that is wrong.
 *
 * Its stream is `cloudevent-<subject>`, or `cloudevent-<id>` without a subject: the producer's own does not travel. Source, subject, schema and a content
 * type other than `application/json` are kept in the extensions `ce_source`, `ce_subject`, `ce_dataschema` and `ce_datacontenttype`, unknown attributes in
 * extensions of their names. Without a time it gets the clock's, without a checksum that of its data, without a kind `EVENT`. A checksum is not verified.
 */
export function fromCloudEvent(event: unknown, options: { readonly clock?: Clock } = {}): Message {
  const issues: Issue[] = []
  if (!isObject(event))
    throw new ValidationError([{ path: '_entity', code: 'INVALID', message: 'it must be a JSON object' }], { element: 'CloudEvent' })
  const read = new CloudEventAttributes(event, issues)
  read.specversion()
  const id = read.required('id')
  const type = read.required('type')
  const source = read.required('source')
  const subject = read.text('subject')
  const contentType = read.text('datacontenttype')
  const traceparent = read.text('traceparent')
  const checksum = read.text('proteanchecksum')
  const time = read.time()
  const kind = read.kind()
  const data = read.data()
  const extensions = {
    ...extensionsIn(event, issues),
    ...given(FOREIGN.source, source),
    ...given(FOREIGN.subject, subject),
    ...given(FOREIGN.datacontenttype, contentType === JSON_CONTENT ? undefined : contentType),
    ...given(FOREIGN.dataschema, read.text('dataschema')),
  }
  const sequenceId = read.sequence()
  const correlationId = read.text('proteancorrelationid')
  const causationId = read.text('proteancausationid')
  if (issues.length > 0) throw new ValidationError(issues, { element: 'CloudEvent' })

  const stream = eventStream(FOREIGN_CATEGORY, subject ?? id)
  const parsedType = parseTypeString(type)
  return new Message(data, {
    headers: {
      id,
      time: time ?? (options.clock ?? systemClock).now(),
      type,
      stream,
      traceparent: traceparent === undefined ? undefined : parseTraceparent(traceparent),
    },
    envelope: checksum === undefined ? createEnvelope(data) : { specversion: '1.0', checksum },
    domain: {
      kind,
      fqn: parsedType === undefined ? type : `${parsedType.domain}.${parsedType.element}`,
      streamCategory: categoryOf(stream),
      version: parsedType?.version ?? 1,
      sequenceId,
      asynchronous: true,
      priority: 0,
      correlationId,
      causationId,
    },
    extensions,
  })
}

function given(key: string, value: string | undefined): JsonObject {
  return value === undefined ? {} : { [key]: value }
}

function textIn(extensions: JsonObject, key: string): string | undefined {
  const value = Object.hasOwn(extensions, key) ? extensions[key] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}
