import { DeserializationError } from '../../errors.ts'
import type { StoredPosition } from '../../messaging/message.ts'
import { Message } from '../../messaging/message.ts'
import { decodeMessage, encodeMessage } from '../../messaging/message-codec.ts'

/** A message as the columns of a table of messages; data and metadata are JSON texts, in the shape of `StoredMessageRecord`. */
export interface MessageColumns {
  readonly id: string
  readonly type: string
  readonly correlationId: string | null
  readonly data: string
  readonly metadata: string
}

/** Where it is stored goes into columns of their own, which alone are believed when it is read. */
export function encodeMessageRow(message: Message): MessageColumns {
  const { data, metadata } = encodeMessage(new Message(message.data, message.metadata))
  return {
    id: message.id,
    type: message.type,
    correlationId: message.correlationId ?? null,
    data: JSON.stringify(data),
    metadata: JSON.stringify(metadata),
  }
}

/** The message in these columns. Its checksum is not verified: whoever handles it does that. Fails with `DeserializationError` (`MESSAGE_MALFORMED`). */
export function decodeMessageRow(
  { id, data, metadata }: Pick<MessageColumns, 'id' | 'data' | 'metadata'>,
  stored: StoredPosition,
): Message {
  const record = { data: parsed(id, data), metadata: parsed(id, metadata) }
  const message = decodeMessage(record, { validate: false, stored })
  const { headers, envelope, domain, extensions } = message.metadata
  // What was absent stays so: the decoder has members that are undefined.
  return new Message(
    message.data,
    { headers: present(headers), envelope: present(envelope), domain: present(domain), extensions },
    message.stored,
  )
}

/** Put together anew: an object that members are deleted from is slow ever after, and there is one for each message of a long history. */
function present<Members extends object>(members: Members): Members {
  const copy: Partial<Members> = {}
  for (const key in members) if (members[key] !== undefined) copy[key] = members[key]
  return copy as Members
}

function parsed(id: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DeserializationError(id, 'what is stored is not JSON.', { code: 'MESSAGE_MALFORMED', cause })
  }
}
