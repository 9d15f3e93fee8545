import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toExternalRecord } from '../../src/messaging/external-record.ts'
import { Message } from '../../src/messaging/message.ts'
import { decodeMessage, encodeMessage } from '../../src/messaging/message-codec.ts'
import { anyMessage, orderRenamed } from './sample-messages.ts'

describe('toExternalRecord', () => {
  it('leaves out what only concerns this system and keeps the rest', () => {
    const { data, metadata } = encodeMessage(orderRenamed())
    const { asynchronous: _asynchronous, expected_version: _expected, priority: _priority, ...domain } = metadata.domain
    expect(toExternalRecord(orderRenamed({ position: 1, cursor: '2' }))).toStrictEqual({
      data,
      metadata: { headers: metadata.headers, envelope: { specversion: '1.0' }, domain, extensions: { tenant: 't1' } },
    })
  })

  it('keeps extensions of the framework at home', () => {
    const { data, metadata } = orderRenamed()
    const message = new Message(data, { ...metadata, extensions: { tenant: 't1', _dropped: ['a'] } }, { position: 0, cursor: 'a:1' })
    expect(toExternalRecord(message).metadata.extensions).toEqual({ tenant: 't1' })
  })

  it('can be read as a message, with defaults for what was left out', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const { data, metadata } = decodeMessage(toExternalRecord(message))
        expect(data).toEqual(message.data)
        expect(metadata.headers).toEqual(message.metadata.headers)
        expect(metadata.envelope.checksum).toBeUndefined()
        expect(metadata.domain).toEqual({ ...message.metadata.domain, asynchronous: true, priority: 0, expectedVersion: undefined })
      }),
    )
  })
})
