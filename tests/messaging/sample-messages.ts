import fc from 'fast-check'
import type { StoredPosition } from '../../src/messaging/message.ts'
import { Message } from '../../src/messaging/message.ts'
import type { MessageDomain, MessageHeaders, Metadata, TraceParent } from '../../src/messaging/metadata.ts'
import type { JsonObject } from '../../src/util/json.ts'

/** Metadata with the least that a message must have, but for what is given. */
export function metadata(parts: {
  readonly headers?: Partial<MessageHeaders>
  readonly envelope?: Metadata['envelope']
  readonly domain?: Partial<MessageDomain>
  readonly extensions?: JsonObject
}): Metadata {
  return {
    headers: {
      id: 'm1',
      time: new Date('2026-11-21T22:25:43.951Z'),
      type: 'MyShop.OrderPlaced.v1',
      stream: 'my_shop::order-o1',
      ...parts.headers,
    },
    envelope: parts.envelope ?? { specversion: '1.0' },
    domain: {
      kind: 'EVENT',
      fqn: 'my_shop.OrderPlaced',
      streamCategory: 'my_shop::order',
      version: 1,
      asynchronous: true,
      priority: 0,
      ...parts.domain,
    },
    extensions: parts.extensions ?? {},
  }
}

/** The event of the reference page: every key that an event of a state-stored aggregate has. */
export function orderRenamed(stored?: StoredPosition): Message {
  const data = { order_id: '23de', name: 'naïve' }
  return new Message(
    data,
    metadata({
      headers: {
        id: '0193518a-3f4f-7000-8000-5b1a2c3d4e5f',
        type: 'MyShop.OrderRenamed.v1',
        stream: 'my_shop::order-23de',
        traceparent: { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', parentId: '00f067aa0ba902b7', sampled: true },
      },
      envelope: { specversion: '1.0', checksum: 'ff4ecf311c25108262b7ec2325a5c23a5ac8ea7fd901c570649d02298e2e54da' },
      domain: {
        fqn: 'my_shop.OrderRenamed',
        sequenceId: '1.1',
        asynchronous: false,
        expectedVersion: 0,
        correlationId: 'corr1',
        causationId: '0193518a-3f4f-7000-8000-0a0b0c0d0e0f',
      },
      extensions: { tenant: 't1' },
    }),
    stored,
  )
}

const text = fc.string({ minLength: 1 })
const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => fc.option(value, { nil: undefined })
const instant = fc.date({ noInvalidDate: true })
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((digits) => !/^0+$/.test(digits))

export const jsonObject: fc.Arbitrary<JsonObject> = fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<JsonObject[string]>, {
  maxKeys: 5,
})

export const traceparent: fc.Arbitrary<TraceParent> = fc.record({ traceId: hex(32), parentId: hex(16), sampled: fc.boolean() })

const storedPosition: fc.Arbitrary<StoredPosition> = fc.record({
  position: fc.nat(),
  cursor: fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n }).map(String), fc.constantFrom('', '007', '12:34', '-1', '1e3'), text),
})

/** Any message that a store could hold, with each optional key there or not. */
export const anyMessage: fc.Arbitrary<Message> = fc
  .record({
    data: jsonObject,
    headers: fc.record(
      {
        id: text,
        time: instant,
        type: text,
        stream: text,
        traceparent: optional(traceparent),
        idempotencyKey: optional(fc.string()),
        deadline: optional(instant),
      },
      { requiredKeys: ['id', 'time', 'type', 'stream'] },
    ),
    checksum: optional(hex(64)),
    domain: fc.record(
      {
        kind: fc.constantFrom('EVENT' as const, 'COMMAND' as const),
        fqn: text,
        streamCategory: text,
        version: fc.integer({ min: 1 }),
        originStream: optional(text),
        sequenceId: optional(text),
        asynchronous: fc.boolean(),
        expectedVersion: optional(fc.integer({ min: -1 })),
        priority: fc.integer(),
        correlationId: optional(text),
        causationId: optional(text),
      },
      { requiredKeys: ['kind', 'fqn', 'streamCategory', 'version', 'asynchronous', 'priority'] },
    ),
    extensions: jsonObject,
    stored: optional(storedPosition),
  })
  .map(
    ({ data, headers, checksum, domain, extensions, stored }) =>
      new Message(data, { headers, envelope: { specversion: '1.0', checksum }, domain, extensions }, stored),
  )
