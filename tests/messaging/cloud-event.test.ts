import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ValidationError } from '../../src/errors.ts'
import { checksumOf } from '../../src/messaging/checksum.ts'
import { cloudEventSource, fromCloudEvent, toCloudEvent } from '../../src/messaging/cloud-event.ts'
import { Message } from '../../src/messaging/message.ts'
import { factStream } from '../../src/messaging/stream-name.ts'
import { anyMessage, jsonObject, metadata, orderRenamed } from './sample-messages.ts'

const source = 'urn:protean:my_shop'
const LEAST = { specversion: '1.0', id: 'e-1', type: 'com.example.created', source: 'https://example.com/orders' }
const clock = { now: () => new Date('2030-01-01T00:00:00.000Z') }

describe('cloudEventSource', () => {
  it('is the configured address, or else a name made of the domain', () => {
    expect(cloudEventSource('My Shop')).toBe('urn:protean:my_shop')
    expect(cloudEventSource('My Shop', 'https://shop.example.com')).toBe('https://shop.example.com')
  })
})

describe('toCloudEvent', () => {
  it('writes an event of an aggregate', () => {
    expect(toCloudEvent(orderRenamed(), { source })).toStrictEqual({
      specversion: '1.0',
      id: '0193518a-3f4f-7000-8000-5b1a2c3d4e5f',
      type: 'MyShop.OrderRenamed.v1',
      source: 'urn:protean:my_shop',
      time: '2026-11-21T22:25:43.951Z',
      subject: '23de',
      datacontenttype: 'application/json',
      data: { order_id: '23de', name: 'naïve' },
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      sequence: '1.1',
      proteansequencetype: 'DotNotation',
      proteancorrelationid: 'corr1',
      proteancausationid: '0193518a-3f4f-7000-8000-0a0b0c0d0e0f',
      proteankind: 'EVENT',
      proteanchecksum: 'ff4ecf311c25108262b7ec2325a5c23a5ac8ea7fd901c570649d02298e2e54da',
      tenant: 't1',
    })
  })

  it('leaves out what is absent', () => {
    expect(toCloudEvent(new Message({}, metadata({ headers: { stream: 'my_shop::order' } })), { source })).toStrictEqual({
      specversion: '1.0',
      id: 'm1',
      type: 'MyShop.OrderPlaced.v1',
      source,
      time: '2026-11-21T22:25:43.951Z',
      datacontenttype: 'application/json',
      data: {},
      proteankind: 'EVENT',
    })
  })

  it('has the identity of the aggregate as subject, for facts and commands too', () => {
    const subjectOf = (stream: string) => toCloudEvent(new Message({}, metadata({ headers: { stream } })), { source }).subject
    expect(subjectOf(factStream('my_shop::order', 'a-1'))).toBe('a-1')
    expect(subjectOf('my_shop::order:command-a-1')).toBe('a-1')
  })

  it('says which kind of sequence it has', () => {
    const typeOf = (sequenceId: string) =>
      toCloudEvent(new Message({}, metadata({ domain: { sequenceId } })), { source }).proteansequencetype
    expect(typeOf('7')).toBe('Integer')
    expect(typeOf('7.1')).toBe('DotNotation')
  })

  it('gives extensions that are attributes already a place of their own, and bundles the others', () => {
    const extensions = {
      tenant: 't1',
      retries: 3,
      dry: false,
      tenantId: 't1',
      id: 'not the id',
      proteankind: 'x',
      ratio: 0.5,
      big: 2 ** 31,
      nothing: null,
      list: [1],
      control: 'a\nb',
      absent: undefined,
      _internal: 1,
    }
    const event = toCloudEvent(new Message({}, metadata({ extensions })), { source })
    expect(event).toMatchObject({ id: 'm1', proteankind: 'EVENT', tenant: 't1', retries: 3, dry: false })
    expect(event.proteanextensions).toBe(
      '{"big":2147483648,"control":"a\\nb","id":"not the id","list":[1],"nothing":null,"proteankind":"x","ratio":0.5,"tenantId":"t1"}',
    )
    expect(Object.keys(event)).not.toEqual(expect.arrayContaining(['_internal']))
  })

  it('uses attributes with legal names and values only', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        for (const [name, value] of Object.entries(toCloudEvent(message, { source }))) {
          expect(name).toMatch(/^[a-z0-9]+$/)
          if (name !== 'data') expect(['string', 'number', 'boolean']).toContain(typeof value)
        }
      }),
    )
  })
})

describe('fromCloudEvent', () => {
  it('gives back what a CloudEvent of ours says of the message', () => {
    fc.assert(
      fc.property(anyMessage, jsonObject, (message, extensions) => {
        const original = new Message(message.data, { ...message.metadata, extensions })
        const event: unknown = JSON.parse(JSON.stringify(toCloudEvent(original, { source })))
        const received = fromCloudEvent(event)
        expect(received.id).toBe(original.id)
        expect(received.type).toBe(original.type)
        expect(received.time).toEqual(original.time)
        expect(received.kind).toBe(original.kind)
        expect(received.correlationId).toBe(original.correlationId)
        expect(received.causationId).toBe(original.causationId)
        expect(received.metadata.domain.sequenceId).toBe(original.metadata.domain.sequenceId)
        expect(received.metadata.headers.traceparent).toEqual(original.metadata.headers.traceparent)
        expect(received.data).toEqual(JSON.parse(JSON.stringify(original.data)))
        const { ce_source, ce_subject: _subject, ...others } = received.metadata.extensions
        expect(ce_source).toBe(source)
        expect(others).toEqual(travelling(extensions))
      }),
    )
  })

  it('passes an event on as it came in, under its own source and subject', () => {
    const event = {
      ...LEAST,
      time: '2026-11-21T22:25:43.000Z',
      subject: 'order-7',
      datacontenttype: 'application/vnd.shop+json',
      dataschema: 'https://example.com/schema',
      data: { a: 1 },
      sequence: '5',
      region: 'eu',
    }
    const once = toCloudEvent(fromCloudEvent(event), { source })
    expect(once).toMatchObject(event)
    expect(toCloudEvent(fromCloudEvent(once), { source: 'urn:protean:third' })).toEqual(once)
    expect(toCloudEvent(fromCloudEvent({ ...LEAST, time: event.time }), { source })).not.toHaveProperty('subject')
  })

  it('makes a message of the least that an event must have', () => {
    expect(fromCloudEvent(LEAST, { clock })).toEqual(
      new Message(
        {},
        {
          headers: { id: 'e-1', time: clock.now(), type: 'com.example.created', stream: 'cloudevent-e-1' },
          envelope: { specversion: '1.0', checksum: checksumOf({}) },
          domain: { kind: 'EVENT', fqn: 'com.example.created', streamCategory: 'cloudevent', version: 1, asynchronous: true, priority: 0 },
          extensions: { ce_source: 'https://example.com/orders' },
        },
      ),
    )
  })

  it('takes null and an empty text for absent', () => {
    const empty = Object.fromEntries(['subject', 'time', 'sequence', 'traceparent', 'proteankind', 'dataschema'].map((name) => [name, '']))
    const nulls = Object.fromEntries(Object.keys(empty).map((name) => [name, null]))
    expect(fromCloudEvent({ ...LEAST, ...empty }, { clock })).toEqual(fromCloudEvent(LEAST, { clock }))
    expect(fromCloudEvent({ ...LEAST, ...nulls, data: null, tenant: null }, { clock })).toEqual(fromCloudEvent(LEAST, { clock }))
  })

  it('keeps the events of one subject in one stream, with the subject as identity', () => {
    const message = fromCloudEvent({ ...LEAST, subject: 'a-1', type: 'MyShop.OrderPlaced.v3' }, { clock })
    expect(message.stream).toBe('cloudevent-a-1')
    expect(message.category).toBe('cloudevent')
    expect(message.metadata.domain).toMatchObject({ fqn: 'MyShop.OrderPlaced', version: 3 })
  })

  it('keeps what has no place of its own in extensions', () => {
    const event = {
      ...LEAST,
      subject: 's',
      datacontenttype: 'text/json',
      dataschema: 'https://example.com/s',
      tenant: 't',
      tenant_id: 'u',
      count: 2,
    }
    expect(fromCloudEvent(event, { clock }).metadata.extensions).toEqual({
      ce_source: LEAST.source,
      ce_subject: 's',
      ce_datacontenttype: 'text/json',
      ce_dataschema: 'https://example.com/s',
      tenant: 't',
      tenant_id: 'u',
      count: 2,
    })
    expect(fromCloudEvent({ ...LEAST, datacontenttype: 'application/json' }, { clock }).metadata.extensions).toEqual({
      ce_source: LEAST.source,
    })
  })

  it('lets nobody outside set extensions of the framework, or the source, by another way', () => {
    const event = {
      ...LEAST,
      _cursor: '1',
      ce_source: 'a',
      proteanextensions: '{"_dropped":[],"ce_source":"b","__proto__":{"x":1},"tenantId":"t"}',
    }
    expect(fromCloudEvent(event, { clock }).metadata.extensions).toEqual({ ce_source: LEAST.source, tenantId: 't' })
  })

  it('keeps the checksum that it is given, and does not need tracing to be right', () => {
    const message = fromCloudEvent({ ...LEAST, proteanchecksum: 'ab', traceparent: 'broken' }, { clock })
    expect(message.metadata.envelope).toEqual({ specversion: '1.0', checksum: 'ab' })
    expect(message.metadata.headers.traceparent).toBeUndefined()
  })

  it('reads a sequence that is a number', () => {
    expect(fromCloudEvent({ ...LEAST, sequence: 5 }, { clock }).metadata.domain.sequenceId).toBe('5')
  })

  it('names every required attribute that is missing or empty', () => {
    const issues = issuesOf({ id: '', type: 4 })
    expect(issues.map(({ path, code }) => [path, code])).toEqual([
      ['specversion', 'REQUIRED'],
      ['id', 'REQUIRED'],
      ['type', 'REQUIRED'],
      ['source', 'REQUIRED'],
    ])
  })

  it('names every attribute that is wrong', () => {
    const issues = issuesOf({
      ...LEAST,
      specversion: '0.3',
      time: '21.11.2026',
      proteankind: 'QUERY',
      subject: 7,
      sequence: 1.5,
      data: 'text',
      data_base64: 'AAAA',
      proteanextensions: '[1]',
    })
    expect(issues.map(({ path, code }) => `${path} ${code}`).sort()).toEqual([
      'data INVALID',
      'data_base64 UNSUPPORTED',
      'proteanextensions INVALID',
      'proteankind INVALID',
      'sequence INVALID',
      'specversion UNSUPPORTED',
      'subject INVALID',
      'time INVALID',
    ])
    expect(issuesOf({ ...LEAST, proteanextensions: '{' })).toHaveLength(1)
  })

  it.each([undefined, null, 'text', [LEAST]])('refuses %j', (event) => {
    expect(issuesOf(event)).toHaveLength(1)
  })
})

function issuesOf(event: unknown): ValidationError['issues'] {
  try {
    fromCloudEvent(event, { clock })
  } catch (error) {
    if (error instanceof ValidationError) return error.issues
    throw error
  }
  return []
}

/** Extensions that are meant to arrive: all but the framework's own and the names kept for foreign attributes. */
function travelling(extensions: object): object {
  const kept = Object.entries(extensions).filter(
    ([key]) => !key.startsWith('_') && !/^ce_(source|subject|datacontenttype|dataschema)$/.test(key),
  )
  return JSON.parse(JSON.stringify(Object.fromEntries(kept))) as object
}
