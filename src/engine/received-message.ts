import { DeserializationError } from '../errors.ts'
import { Message } from '../messaging/message.ts'
import { decodeMessage } from '../messaging/message-codec.ts'
import type { MessageKind } from '../messaging/metadata.ts'
import type { Delivery } from '../ports/broker.ts'
import type { Clock } from '../util/runtime/clock.ts'

/** Type of what stands for something that could not be read; its data is what was received. */
const UNREADABLE = 'unreadable'

/** One of the domain's own messages, as a broker delivered it; what is none becomes a message that stands for it, alone in a stream. Never throws. */
export function receivedMessage({ id, payload }: Delivery, stream: string, kind: MessageKind, clock: Clock): Message {
  try {
    return ownMessage(payload)
  } catch {
    const headers = { id: `${stream}:${id}`, time: clock.now(), type: UNREADABLE, stream: `${stream}-${id}` }
    const domain = { kind, fqn: UNREADABLE, streamCategory: stream, version: 1, asynchronous: true, priority: 0 }
    const metadata = { headers, envelope: { specversion: '1.0', checksum: undefined }, domain, extensions: {} } as const
    return new Message(payload, metadata, { position: 0, cursor: id })
  }
}

/** Fails with `DeserializationError` for what stands for something unreadable: with what is wrong with it. */
export function refuseUnreadable({ type, id, data }: Message): void {
  if (type !== UNREADABLE) return
  ownMessage(data)
  throw new DeserializationError(id, 'it could not be read when it was received.', { code: 'MESSAGE_MALFORMED' })
}

/** The checksum is looked at when the message has its turn: it has a place in a stream. */
function ownMessage(payload: Delivery['payload']): Message {
  const message = decodeMessage(payload, { validate: false })
  if (message.stored !== undefined) return message
  throw new DeserializationError(
    message.id,
    'it has no position in its stream, so its place among the others is not known. What others publish is for a subscriber.',
    { code: 'MESSAGE_MALFORMED' },
  )
}
