import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DeserializationError } from '../../src/errors.ts'
import { createEnvelope } from '../../src/messaging/envelope.ts'
import { Message } from '../../src/messaging/message.ts'
import { decodeMessage, encodeMessage } from '../../src/messaging/message-codec.ts'
import type { JsonObject } from '../../src/util/json.ts'
import { anyMessage, metadata, orderRenamed } from './sample-messages.ts'

/** A command in the shape that Python's Protean writes: null for its category, microseconds, an offset, its own module as name, its checksum. */
const PYTHON_COMMAND = {
  data: { order_id: '23de', name: 'new' },
  metadata: {
    headers: {
      id: '23de',
      time: '2026-11-21T22:25:43.951989+00:00',
      type: 'MyShop.Rename.v1',
      stream: 'my_shop::order:command-23de',
      traceparent: null,
      idempotency_key: 'k',
      deadline: null,
    },
    envelope: { specversion: '1.0', checksum: '8e9342b604fcd5ad8976e69756665b8b565ef1b36aff5aeea0799950506539b7' },
    domain: {
      fqn: '__main__.Rename',
      kind: 'COMMAND',
      origin_stream: null,
      stream_category: null,
      version: 1,
      sequence_id: null,
      asynchronous: false,
      expected_version: null,
      priority: 0,
      correlation_id: 'corr1',
      causation_id: null,
    },
    event_store: { global_position: 2, position: 0 },
    extensions: { req: 'r1' },
  },
}

describe('encodeMessage', () => {
  it('writes null for everything that is absent', () => {
    expect(encodeMessage(new Message({ a: 1 }, metadata({})))).toStrictEqual({
      data: { a: 1 },
      metadata: {
        headers: {
          id: 'm1',
          time: '2026-11-21T22:25:43.951Z',
          type: 'MyShop.OrderPlaced.v1',
          stream: 'my_shop::order-o1',
          traceparent: null,
          idempotency_key: null,
          deadline: null,
        },
        envelope: { specversion: '1.0', checksum: null },
        domain: {
          fqn: 'my_shop.OrderPlaced',
          kind: 'EVENT',
          origin_stream: null,
          stream_category: 'my_shop::order',
          version: 1,
          sequence_id: null,
          asynchronous: true,
          expected_version: null,
          priority: 0,
          correlation_id: null,
          causation_id: null,
        },
        event_store: null,
        extensions: {},
      },
    })
  })

  it('has the keys of the Python original and no others, which it would refuse', () => {
    const keys = (record: JsonObject) =>
      JSON.stringify(record, (_key, value: unknown) => (typeof value === 'object' && value !== null ? value : 0))
    const message = decodeMessage(PYTHON_COMMAND)
    expect(JSON.parse(keys(encodeMessage(message)))).toEqual(JSON.parse(keys(PYTHON_COMMAND)))
  })

  it('gives the payload and the extensions themselves, uncopied', () => {
    const message = orderRenamed()
    const record = encodeMessage(message)
    expect(record.data).toBe(message.data)
    expect(record.metadata.extensions).toBe(message.metadata.extensions)
  })

  it('writes a cursor that is a whole number as global position', () => {
    const record = encodeMessage(orderRenamed({ position: 1, cursor: '42' }))
    expect(record.metadata.event_store).toEqual({ global_position: 42, position: 1 })
    expect(record.metadata.extensions).toEqual({ tenant: 't1' })
  })

  it('puts any other cursor where the Python original accepts it', () => {
    const record = encodeMessage(orderRenamed({ position: 1, cursor: '8123:42' }))
    expect(record.metadata.event_store).toEqual({ global_position: null, position: 1 })
    expect(record.metadata.extensions).toEqual({ tenant: 't1', _cursor: '8123:42' })
  })

  it('refuses an invalid date', () => {
    const message = new Message({}, metadata({ headers: { deadline: new Date(Number.NaN) } }))
    expect(() => encodeMessage(message)).toThrow(expect.objectContaining({ code: 'INVALID_DATE' }))
  })
})

describe('decodeMessage', () => {
  it('gives back every message that encodeMessage wrote, through JSON too', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(decodeMessage(encodeMessage(message), { validate: false })).toEqual(message)
        const throughJson: unknown = JSON.parse(JSON.stringify(encodeMessage(message)))
        expect(decodeMessage(throughJson, { validate: false })).toEqual(withJsonData(message))
      }),
    )
  })

  it('accepts the checksum of every payload', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const sealed = new Message(message.data, { ...message.metadata, envelope: createEnvelope(message.data) }, message.stored)
        expect(decodeMessage(JSON.parse(JSON.stringify(encodeMessage(sealed))), { validate: true })).toEqual(withJsonData(sealed))
      }),
    )
  })

  it('reads a command that the Python original stored', () => {
    const message = decodeMessage(PYTHON_COMMAND)
    expect(message).toEqual(
      new Message(
        { order_id: '23de', name: 'new' },
        {
          headers: {
            id: '23de',
            time: new Date('2026-11-21T22:25:43.951Z'),
            type: 'MyShop.Rename.v1',
            stream: 'my_shop::order:command-23de',
            idempotencyKey: 'k',
          },
          envelope: { specversion: '1.0', checksum: PYTHON_COMMAND.metadata.envelope.checksum },
          domain: {
            kind: 'COMMAND',
            fqn: '__main__.Rename',
            streamCategory: 'my_shop::order:command',
            version: 1,
            asynchronous: false,
            priority: 0,
            correlationId: 'corr1',
          },
          extensions: { req: 'r1' },
        },
        { position: 0, cursor: '2' },
      ),
    )
  })

  it('takes the position that the store gives over the one in the record', () => {
    const stored = { position: 7, cursor: '900' }
    expect(decodeMessage(encodeMessage(orderRenamed()), { stored }).stored).toEqual(stored)
    expect(decodeMessage(encodeMessage(orderRenamed({ position: 1, cursor: '2' })), { stored }).stored).toEqual(stored)
  })

  it('counts a message with half a position as not stored', () => {
    for (const event_store of [{ global_position: 3, position: null }, { global_position: null, position: 3 }, {}, null]) {
      expect(decodeMessage(changed(['metadata', 'event_store'], event_store)).stored).toBeUndefined()
    }
  })

  it('ignores keys that it does not know', () => {
    const record = changed(['metadata', 'headers', 'from_the_future'], 1)
    expect(decodeMessage(record)).toEqual(decodeMessage(sampleRecord()))
  })

  it.each([
    [['metadata', 'envelope']],
    [['metadata', 'envelope', 'checksum']],
    [['metadata', 'event_store']],
    [['metadata', 'extensions']],
    [['metadata', 'headers', 'traceparent']],
    [['metadata', 'headers', 'idempotency_key']],
    [['metadata', 'headers', 'deadline']],
    [['metadata', 'domain', 'origin_stream']],
    [['metadata', 'domain', 'stream_category']],
    [['metadata', 'domain', 'sequence_id']],
    [['metadata', 'domain', 'asynchronous']],
    [['metadata', 'domain', 'expected_version']],
    [['metadata', 'domain', 'priority']],
    [['metadata', 'domain', 'correlation_id']],
    [['metadata', 'domain', 'causation_id']],
  ])('reads a record without %j, missing or null', (path) => {
    expect(decodeMessage(changed(path, undefined))).toEqual(decodeMessage(changed(path, null)))
  })

  it.each([
    [['data'], 'data'],
    [['metadata'], 'metadata'],
    [['metadata', 'headers'], 'metadata.headers'],
    [['metadata', 'headers', 'time'], 'metadata.headers.time'],
    [['metadata', 'headers', 'type'], 'metadata.headers.type'],
    [['metadata', 'headers', 'stream'], 'metadata.headers.stream'],
    [['metadata', 'headers', 'traceparent', 'trace_id'], 'metadata.headers.traceparent.trace_id'],
    [['metadata', 'envelope', 'specversion'], 'metadata.envelope.specversion'],
    [['metadata', 'domain'], 'metadata.domain'],
    [['metadata', 'domain', 'fqn'], 'metadata.domain.fqn'],
    [['metadata', 'domain', 'kind'], 'metadata.domain.kind'],
    [['metadata', 'domain', 'version'], 'metadata.domain.version'],
  ])('refuses a record without %j', (path, place) => {
    for (const value of [undefined, null]) expectMalformed(changed(path, value), place)
  })

  it.each([
    [['data'], []],
    [['data'], '{}'],
    [['metadata'], 'text'],
    [['metadata', 'headers'], []],
    [['metadata', 'headers', 'time'], 1795299943],
    [['metadata', 'headers', 'time'], 'yesterday'],
    [['metadata', 'headers', 'time'], '2026-11-21T22:25:43'],
    [['metadata', 'headers', 'deadline'], '2026-02-30T00:00:00Z'],
    [['metadata', 'headers', 'idempotency_key'], 7],
    [['metadata', 'headers', 'traceparent'], '00-ab-cd-01'],
    [['metadata', 'headers', 'traceparent', 'sampled'], 'yes'],
    [['metadata', 'envelope', 'specversion'], '2.0'],
    [['metadata', 'envelope', 'checksum'], {}],
    [['metadata', 'domain', 'kind'], 'READ_POSITION'],
    [['metadata', 'domain', 'version'], 'v1'],
    [['metadata', 'domain', 'version'], 1.5],
    [['metadata', 'domain', 'asynchronous'], 0],
    [['metadata', 'domain', 'priority'], '0'],
    [['metadata', 'domain', 'expected_version'], true],
    [['metadata', 'domain', 'correlation_id'], ['a']],
    [['metadata', 'event_store'], 3],
    [['metadata', 'event_store', 'position'], '3'],
    [['metadata', 'extensions'], []],
  ])('refuses %j being %j', (path, value) => {
    expectMalformed(changed(path, value), path.join('.'))
  })

  it.each([undefined, null, 'text', 3, []])('refuses %j instead of a record, naming a placeholder for the id', (record) => {
    expect(() => decodeMessage(record)).toThrow(expect.objectContaining({ code: 'MESSAGE_MALFORMED', messageId: 'unknown' }))
  })

  it('names a placeholder when the id itself is missing', () => {
    expect(() => decodeMessage(changed(['metadata', 'headers', 'id'], null))).toThrow(
      expect.objectContaining({ code: 'MESSAGE_MALFORMED', messageId: 'unknown', message: expect.stringContaining('metadata.headers.id') }),
    )
  })

  it('refuses a payload that does not match its checksum, unless it is told not to look', () => {
    const tampered = changed(['data', 'name'], 'somebody else')
    const mismatch = expect.objectContaining({ code: 'MESSAGE_CHECKSUM_MISMATCH', messageId: orderRenamed().id })
    expect(() => decodeMessage(tampered)).toThrow(DeserializationError)
    expect(() => decodeMessage(tampered)).toThrow(mismatch)
    expect(() => decodeMessage(tampered, { validate: true })).toThrow(mismatch)
    expect(decodeMessage(tampered, { validate: false }).data.name).toBe('somebody else')
  })

  it('refuses a payload that has no checksum because it is not JSON, with the reason as cause', () => {
    expect(() => decodeMessage(changed(['data', 'name'], Number.NaN))).toThrow(
      expect.objectContaining({ code: 'MESSAGE_MALFORMED', cause: expect.objectContaining({ code: 'NOT_JSON' }) }),
    )
  })
})

type Path = readonly string[]

function sampleRecord(): unknown {
  return structuredClone(encodeMessage(orderRenamed({ position: 1, cursor: '2' })))
}

/** The sample's record with one value replaced; undefined takes the key away. */
function changed(path: Path, value: unknown): unknown {
  const record = sampleRecord()
  let parent = record as Record<string, unknown>
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, unknown>
  const last = path.at(-1) ?? ''
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return record
}

function expectMalformed(record: unknown, place: string): void {
  expect(() => decodeMessage(record)).toThrow(DeserializationError)
  expect(() => decodeMessage(record)).toThrow(
    expect.objectContaining({
      code: 'MESSAGE_MALFORMED',
      messageId: expect.any(String),
      message: expect.stringContaining(`${place} must be`),
    }),
  )
}

/** JSON has no -0. */
function withJsonData(message: Message): Message {
  const json = (object: JsonObject) => JSON.parse(JSON.stringify(object)) as JsonObject
  return new Message(json(message.data), { ...message.metadata, extensions: json(message.metadata.extensions) }, message.stored)
}
