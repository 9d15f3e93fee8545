import { beforeEach, describe, expect, it, vi } from 'vitest'
import * as checksum from '../../src/messaging/checksum.ts'
import { createEnvelope } from '../../src/messaging/envelope.ts'
import { Message } from '../../src/messaging/message.ts'
import { encodeMessage } from '../../src/messaging/message-codec.ts'
import { metadata } from './sample-messages.ts'

vi.mock('../../src/messaging/checksum.ts', { spy: true })

const data = { orderId: 'o1', total: 12.5 }
const expected = '183cb201d565ce00e4b8445bebebcd155bf39e5228697ce0fd616053a17ec658'

describe('createEnvelope', () => {
  beforeEach(() => {
    vi.mocked(checksum.checksumOf).mockClear()
  })

  it('computes no checksum until it is read', () => {
    const message = new Message(data, Object.freeze(metadata({ envelope: Object.freeze(createEnvelope(data)) })))
    expect(message.metadata.envelope.specversion).toBe('1.0')
    expect(message.id).toBe('m1')
    expect(checksum.checksumOf).not.toHaveBeenCalled()
  })

  it('computes the checksum once, however often it is read', () => {
    const envelope = createEnvelope(data)
    expect([envelope.checksum, envelope.checksum, { ...envelope }.checksum]).toEqual([expected, expected, expected])
    expect(checksum.checksumOf).toHaveBeenCalledTimes(1)
  })

  it('works when it is frozen', () => {
    expect(Object.freeze(createEnvelope(data)).checksum).toBe(expected)
  })

  it('shows its checksum to JSON, spread, keys, cloning and equality', () => {
    const plain = { specversion: '1.0', checksum: expected }
    expect(JSON.parse(JSON.stringify(createEnvelope(data)))).toEqual(plain)
    expect({ ...createEnvelope(data) }).toEqual(plain)
    expect(Object.keys(createEnvelope(data))).toEqual(['specversion', 'checksum'])
    expect(structuredClone(createEnvelope(data))).toEqual(plain)
    expect(createEnvelope(data)).toEqual(plain)
    expect(createEnvelope(data)).toEqual(createEnvelope({ ...data }))
    expect(createEnvelope(data)).not.toEqual(createEnvelope({ ...data, total: 13 }))
  })

  it('shows its checksum to the codec', () => {
    expect(encodeMessage(new Message(data, metadata({ envelope: createEnvelope(data) }))).metadata.envelope).toEqual({
      specversion: '1.0',
      checksum: expected,
    })
  })

  it('fails on reading when the payload is not JSON', () => {
    const envelope = createEnvelope({ total: Number.NaN })
    expect(() => envelope.checksum).toThrow(expect.objectContaining({ code: 'NOT_JSON' }))
  })
})
