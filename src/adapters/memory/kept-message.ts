import { Message } from '../../messaging/message.ts'
import type { Metadata } from '../../messaging/metadata.ts'
import type { LogEntry } from './event-log.ts'
import { frozenJson } from './frozen-json.ts'

/** The message as a store keeps it: frozen, sharing nothing that the caller could change. As in JSON, undefined members are left out. */
export function keptMessage(message: Message): Message {
  if (message.isFrozen) return message
  const { headers, envelope, domain, extensions } = message.metadata
  const { time, deadline, traceparent, ...texts } = headers
  const metadata: Metadata = {
    headers: Object.freeze({
      ...present(texts),
      time: new Date(time),
      ...(traceparent === undefined ? {} : { traceparent: Object.freeze(present(traceparent)) }),
      ...(deadline === undefined ? {} : { deadline: new Date(deadline) }),
    }),
    envelope: Object.freeze(present(envelope)),
    domain: Object.freeze(present(domain)),
    extensions: frozenJson(extensions),
  }
  return new Message(frozenJson(message.data), Object.freeze(metadata))
}

/** A message for reading. Dates cannot be frozen, so every reader gets its own. */
export function readMessage(entry: LogEntry): Message {
  const { metadata } = entry
  const { time, deadline, ...headers } = metadata.headers
  const own = { ...headers, time: new Date(time), ...(deadline === undefined ? {} : { deadline: new Date(deadline) }) }
  return new Message(entry.data, { ...metadata, headers: own }, { position: entry.position, cursor: String(entry.sequence) })
}

function present<Members extends object>(members: Members): Members {
  const copy = { ...members }
  for (const key of Object.keys(copy) as (keyof Members)[]) if (copy[key] === undefined) delete copy[key]
  return copy
}
